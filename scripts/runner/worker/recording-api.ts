/**
 * The parts of the Actions API that our Actions call, doing nothing: for measuring an Action without the runtime around
 * it. The runtime's own checks of every call are what the tests run against.
 */
export const silentApi = (): object => {
  const nothing = (): void => undefined;
  return {
    access: { deny: nothing },
    accessToken: { setCustomClaim: nothing, addScope: nothing, removeScope: nothing },
    idToken: { setCustomClaim: nothing },
    user: { setAppMetadata: nothing, setUserMetadata: nothing },
    transaction: { setMetadata: nothing },
    cache: { get: () => undefined, set: () => ({ type: 'success' }), delete: () => ({ type: 'success' }) },
  };
};
