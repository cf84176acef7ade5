import { SETTING_DEFAULTS } from '../../../auth0/setting-defaults.ts';
import type { Kind } from './kind.ts';

/** What is particular about some of them. */
const OWN: Readonly<Record<string, Kind>> = {
  '/attack-protection/captcha': { hasSecrets: true },
  '/prompts': {
    kept: (_, body, { webauthn_platform_first_factor: factor = false }) => ({
      webauthn_platform_first_factor: factor,
      ...body,
    }),
  },
};

/** What there is one of in each tenant. */
export const SETTINGS: Readonly<Record<string, Kind>> = Object.fromEntries(
  Object.entries(SETTING_DEFAULTS).map(([path, initial]) => [path, { initial, ...OWN[path] }]),
);
