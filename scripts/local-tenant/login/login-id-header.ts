/** Names the login in the answer that sends the browser back to the application, so that its trace can be found. Not Auth0's. */
export const LOGIN_ID_HEADER = 'x-local-tenant-login';
