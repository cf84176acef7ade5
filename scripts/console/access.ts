import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import { randomIdentifier, sha256, verifyManagementToken } from '../local-tenant/index.ts';
import type { ConsoleHost } from '../local-tenant/index.ts';
import { barePage } from './layout.ts';

/** Everything of the console is below it. */
export const CONSOLE_PATH = '/console';

const COOKIE = '__Secure-console';
const DAY_MILLISECONDS = 86_400_000;
/** A link waits in a terminal until somebody clicks it. */
const LINK_MILLISECONDS = DAY_MILLISECONDS;
const SESSION_MILLISECONDS = 30 * DAY_MILLISECONDS;

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

export interface Access {
  /** Lets nobody through who may not look: to stand before everything of the console. */
  readonly guard: MiddlewareHandler;
  /** `GET /console/open/:secret`: takes a one-time link for a cookie. */
  readonly open: (c: Context) => Response | Promise<Response>;
  /** An address that opens the console in one browser, once, within a day. */
  link(): string;
}

/**
 * Who may see the console: a browser that has come by a one-time link and has its cookie since, and programs with a token of the
 * Management API that may read users. A session at the tenant, of whomever, is worth nothing here.
 */
export function consoleAccess({ context }: Pick<ConsoleHost, 'context'>): Access {
  const links = new Map<string, number>();
  const sessions = context.store.collection<{ readonly expires_at: number }>('console-sessions');

  const hasSession = (c: Context): boolean => {
    const secret = getCookie(c, COOKIE);
    const session = secret === undefined ? undefined : sessions.get(sha256(secret));
    return session !== undefined && session.expires_at > context.now();
  };
  const hasToken = async (c: Context): Promise<boolean> => {
    const bearer = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    if (bearer === undefined) return false;
    return (await verifyManagementToken(context, bearer))?.scope.includes('read:users') === true;
  };

  return {
    guard: async (c, next) => {
      for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
      // A name that somebody else's DNS points at this machine.
      if (c.req.header('host') !== context.domain())
        return c.text(`The console is at ${context.url()}${CONSOLE_PATH} only.`, 421);
      const isProgram = await hasToken(c);
      const refusal = isProgram ? undefined : originRefusal(c, context.url());
      if (refusal !== undefined) return c.text(refusal, 403);
      const { path } = c.req;
      const isOpen = ['open', 'assets'].some((part) => path.startsWith(`${CONSOLE_PATH}/${part}/`));
      if (!isOpen && !isProgram && !hasSession(c)) {
        return wantsJson(c)
          ? c.json({ error: 'unauthorized', error_description: HOW_TO_OPEN }, 401)
          : c.html(await lockedPage(), 401);
      }
      await next();
      return undefined;
    },
    open: async (c) => {
      const hash = sha256(c.req.param('secret') ?? '');
      const expires = links.get(hash);
      links.delete(hash);
      const to = c.req.query('to') ?? '';
      const target = to.startsWith(`${CONSOLE_PATH}/`) ? to : CONSOLE_PATH;
      if (expires !== undefined && expires > context.now()) {
        const secret = randomIdentifier(43);
        sessions.put(sha256(secret), { expires_at: context.now() + SESSION_MILLISECONDS });
        setCookie(c, COOKIE, secret, {
          path: CONSOLE_PATH,
          httpOnly: true,
          secure: true,
          sameSite: 'Strict',
          maxAge: SESSION_MILLISECONDS / 1000,
        });
      } else if (!hasSession(c)) {
        return c.html(await lockedPage(), 401);
      }
      return c.redirect(target, 303);
    },
    link: () => {
      const secret = randomIdentifier(32);
      links.set(sha256(secret), context.now() + LINK_MILLISECONDS);
      return `${context.url()}${CONSOLE_PATH}/open/${secret}`;
    },
  };
}

/**
 * What another page of the same browser may have sent. Browsers say where a request comes from; what says nothing is no
 * browser's.
 */
function originRefusal(c: Context, url: string): string | undefined {
  const isRead = ['GET', 'HEAD'].includes(c.req.method);
  if (!isRead && c.req.header('origin') !== url) return 'This was not sent from a page of the console.';
  const site = c.req.header('sec-fetch-site') ?? 'none';
  if (site === 'same-origin' || site === 'none') return undefined;
  // A link on another page. Its cookie stays behind where that is another site.
  const isLink =
    c.req.header('sec-fetch-mode') === 'navigate' && c.req.header('sec-fetch-dest') === 'document';
  return isRead && isLink ? undefined : 'Other pages do not get anything of the console.';
}

/** Whether a program asks, and not a browser that shows a page. */
export const wantsJson = (c: Context): boolean => {
  const accept = c.req.header('accept') ?? '';
  return accept.includes('application/json') && !accept.includes('text/html');
};

const HOW_TO_OPEN = 'The console opens by a one-time link: `npm run console` prints one, and opens it.';

const lockedPage = () =>
  barePage(
    'The console is closed',
    html`<h1>The console is closed</h1>
      <p>
        It opens by a link that works once, in one browser. <code>npm run console</code> makes one and opens
        it.
      </p>`,
  );
