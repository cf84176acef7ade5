import { choiceArgument, onlyKeys, optionsArgument, stringArgument } from './arguments.ts';
import type { ActionContext, ApiArea } from './run-state.ts';

const PROVIDERS = ['any', 'duo', 'google-authenticator', 'guardian', 'none'];
const NEEDED_BY_DUO = ['host', 'ikey', 'skey'];

/** `api.multifactor`: held to what it takes, and without meaning on a tenant that has no second factors. */
export const multifactorApi = ({ note }: ActionContext): ApiArea => ({
  enable(provider, options) {
    const chosen = choiceArgument(provider, 'provider', PROVIDERS);
    const given = optionsArgument(options, 'options');
    const remembers = given['allowRememberBrowser'];
    if (remembers !== undefined && typeof remembers !== 'boolean') {
      throw new TypeError('"allowRememberBrowser" has to be a boolean.');
    }
    if (given['providerOptions'] !== undefined) {
      const settings = optionsArgument(given['providerOptions'], 'providerOptions');
      onlyKeys(settings, 'providerOptions', chosen === 'duo' ? [...NEEDED_BY_DUO, 'username'] : []);
      for (const name of chosen === 'duo' ? NEEDED_BY_DUO : []) stringArgument(settings[name], name);
    }
    note('The local tenant has no second factors: api.multifactor.enable asks for nothing.');
  },
});
