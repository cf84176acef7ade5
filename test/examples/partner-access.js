/**
 * Lets partners in whose company has a contract, and tells the application which one.
 *
 * @param {import('@auth0/actions/post-login/v3').Event} event
 * @param {import('@auth0/actions/post-login/v3').PostLoginAPI} api
 */
exports.onExecutePostLogin = async (event, api) => {
  if (event.client.metadata.audience_kind !== 'partners') return;
  const domain = (event.user.email ?? '').split('@')[1];
  const response = await fetch(`https://contracts.example.com/companies/${domain}`, {
    headers: { authorization: `Bearer ${event.secrets.CONTRACTS_KEY}` },
  });
  if (!response.ok) {
    api.access.deny('no_contract: Your company has no contract with us.');
    return;
  }
  const { contract } = await response.json();
  api.idToken.setCustomClaim('https://example.com/contract', contract);
  api.user.setAppMetadata('contract', contract);
};
