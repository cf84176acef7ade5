import express from 'express';
import passport from 'passport';
import Auth0Strategy from 'passport-auth0';

/**
 * An application as the README of passport-auth0 writes it. It has one visitor, whose session is a variable.
 *
 * @param {{ domain: string, clientId: string, clientSecret: string, origin: () => string }} options
 */
export function passportApplication({ domain, clientId, clientSecret, origin }) {
  const app = express();
  const authenticator = new passport.Passport();
  authenticator.use(
    new Auth0Strategy(
      { domain, clientID: clientId, clientSecret, callbackURL: `${origin()}/callback` },
      (accessToken, refreshToken, extraParams, profile, done) => {
        done(null, { profile, scope: extraParams.scope });
      },
    ),
  );
  const session = {};
  app.use((request, response, next) => {
    request.session = session;
    next();
  });
  app.get('/login', authenticator.authenticate('auth0', { scope: 'openid email profile', session: false }));
  app.get('/callback', authenticator.authenticate('auth0', { session: false }), (request, response) => {
    response.json(request.user);
  });
  return app;
}
