import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import openIdConnect from 'express-openid-connect';

export interface Shop {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * A web application as Auth0's quickstart writes it, with Auth0's own SDK in front of one page that shows the ID token.
 * @see https://auth0.com/docs/quickstart/webapp/express
 */
export async function openShop(tenant: {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Default `didit`. */
  readonly connection?: string;
  /** Without `authorizationParams`: what the SDK asks for by itself. */
  readonly byDefault?: boolean;
}): Promise<Shop> {
  const app = express();
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => {
      resolve(listening);
    });
  });
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  app.use(
    openIdConnect.auth({
      issuerBaseURL: tenant.url,
      baseURL: url,
      clientID: tenant.clientId,
      clientSecret: tenant.clientSecret,
      clientAuthMethod: 'client_secret_post',
      secret: randomBytes(32).toString('hex'),
      idpLogout: true,
      auth0Logout: true,
      authRequired: false,
      ...(tenant.byDefault === true
        ? {}
        : {
            authorizationParams: {
              response_type: 'code',
              scope: 'openid profile email',
              connection: tenant.connection ?? 'didit',
            },
          }),
      errorOnRequiredAuth: true,
    }),
  );
  app.get('/', (request, response) => {
    response.send(
      request.oidc.isAuthenticated()
        ? `<h1>Welcome</h1><pre id="claims">${JSON.stringify(request.oidc.idTokenClaims)}</pre><a href="/logout">Log out</a>`
        : '<h1>Shop</h1><a href="/login">Log in</a>',
    );
  });
  app.use(
    (
      error: Error & { readonly error_description?: string },
      _request: express.Request,
      response: express.Response,
      _next: express.NextFunction,
    ) => {
      response
        .status(403)
        .send(`<h1>Not signed in</h1><p id="reason">${error.error_description ?? error.message}</p>`);
    },
  );
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
