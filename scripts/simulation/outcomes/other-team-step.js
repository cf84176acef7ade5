/**
 * Another team's Action that sends people to a page of its own, where that is possible, and has nothing to do with Didit.
 *
 * @param {import('@auth0/actions/post-login/v3').Event} event
 * @param {import('@auth0/actions/post-login/v3').PostLoginAPI} api
 */
exports.onExecutePostLogin = async (event, api) => {
  if (api.redirect.canRedirect()) api.redirect.sendUserTo('https://terms.example.com/');
};

exports.onContinuePostLogin = async () => {};
