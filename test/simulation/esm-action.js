/** An Action as people write it who have not heard of CommonJS. */
const NAMESPACE = 'https://example.com/';

export const onExecutePostLogin = async (event, api) => {
  api.idToken.setCustomClaim(`${NAMESPACE}plan`, event.user.app_metadata.plan ?? 'free');
};
