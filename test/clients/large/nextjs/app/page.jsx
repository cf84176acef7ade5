import { auth0 } from '../lib/auth0.js';

export default async function Home() {
  const session = await auth0.getSession();
  if (!session) return <a href="/auth/login">Log in</a>;
  return (
    <main>
      <h1>Welcome, {session.user.email}!</h1>
      <a href="/auth/logout">Log out</a>
    </main>
  );
}
