import { Auth0Provider, useAuth0 } from '@auth0/auth0-react';
import { createRoot } from 'react-dom/client';

function Profile() {
  const { isLoading, error, user, loginWithRedirect, logout, getAccessTokenSilently } = useAuth0();
  if (isLoading) return <p>Loading …</p>;
  if (error) return <p>{error.message}</p>;
  if (!user) return <button onClick={() => loginWithRedirect()}>Log in</button>;
  const renew = async () => {
    await getAccessTokenSilently({ cacheMode: 'off' });
    document.title = 'renewed';
  };
  return (
    <main>
      <h1>Welcome, {user.email}!</h1>
      <button onClick={renew}>Renew</button>
      <button onClick={() => logout({ logoutParams: { returnTo: window.location.origin } })}>Log out</button>
    </main>
  );
}

const { domain, clientId, audience } = document.querySelector('#root').dataset;
createRoot(document.querySelector('#root')).render(
  <Auth0Provider
    domain={domain}
    clientId={clientId}
    authorizationParams={{ redirect_uri: window.location.origin, audience }}
  >
    <Profile />
  </Auth0Provider>,
);
