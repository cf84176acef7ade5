import { CookieJar } from 'tough-cookie';
import { fetchWhole } from '../../base/fetch-whole.ts';
import type { Fetch } from '../../base/fetch-whole.ts';
import { Problem } from '../../base/problem.ts';

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
}

/** Where a walk through redirects has ended. */
export type Arrival =
  | { readonly kind: 'page'; readonly page: Page }
  /** A redirect to the URL that the walk was to stop at; it was not requested. */
  | { readonly kind: 'stopped'; readonly url: URL; readonly headers: Headers };

/** As much of a browser as a login needs: cookies, redirects and forms. */
export interface Browser {
  /** Follows redirects until a page is there, or until one leads to a URL that `stopsAt` names. */
  open(url: string | URL, stopsAt?: (url: URL) => boolean): Promise<Arrival>;
  /** Sends the form of a page with the chosen fields on top of its hidden ones. */
  submit(
    page: Page,
    fields: Readonly<Record<string, string>>,
    stopsAt?: (url: URL) => boolean,
  ): Promise<Arrival>;
}

const MAX_REDIRECTS = 20;

/**
 * @param fetchPage Default: `fetchWhole`.
 */
export function createBrowser(fetchPage: Fetch = fetchWhole): Browser {
  const jar = new CookieJar();

  async function walk(
    start: URL,
    form: string | undefined,
    stopsAt: (url: URL) => boolean,
  ): Promise<Arrival> {
    let url = start;
    let body = form;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      const response = await request(url, body);
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || location === null) {
        return {
          kind: 'page',
          page: {
            url: url.href,
            status: response.status,
            headers: response.headers,
            html: await response.text(),
          },
        };
      }
      url = new URL(location, url);
      body = undefined;
      if (stopsAt(url)) return { kind: 'stopped', url, headers: response.headers };
    }
    throw new Problem({
      code: 'SIGN_IN_REDIRECT_LOOP',
      message: `The login did not end within ${MAX_REDIRECTS} redirects.`,
      place: { address: start.origin },
    });
  }

  async function request(url: URL, form: string | undefined): Promise<Response> {
    const cookie = await jar.getCookieString(url.href);
    const response = await fetchPage(url.href, {
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        'user-agent': 'local-tenant-login-client',
        ...(cookie === '' ? {} : { cookie }),
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form === undefined ? {} : { method: 'POST', body: form }),
    });
    for (const setCookie of response.headers.getSetCookie())
      await jar.setCookie(setCookie, url.href, { ignoreError: true });
    return response;
  }

  return {
    open: (url, stopsAt = () => false) => walk(new URL(url), undefined, stopsAt),
    submit: (page, fields, stopsAt = () => false) => {
      const form = readForm(page);
      const body = new URLSearchParams({ ...form.fields, ...fields });
      return walk(form.action, body.toString(), stopsAt);
    },
  };
}

/** The first form of a page: where it goes, and its hidden fields. */
export function readForm(page: Page): { readonly action: URL; readonly fields: Record<string, string> } {
  const form = /<form\b([^>]*)>([\s\S]*?)<\/form>/i.exec(page.html);
  const action = attributeOf(form?.[1] ?? '', 'action');
  if (form === null || action === undefined) {
    throw new Problem({
      code: 'SIGN_IN_NO_FORM',
      message: `The page at ${new URL(page.url).pathname} has no form (HTTP status ${page.status}).`,
      place: { address: new URL(page.url).origin },
    });
  }
  const fields = [...(form[2] ?? '').matchAll(/<input\b([^>]*)>/gi)].flatMap(
    ([, attributes = '']): [string, string][] => {
      const name = attributeOf(attributes, 'name');
      return name === undefined || attributeOf(attributes, 'type') !== 'hidden'
        ? []
        : [[name, attributeOf(attributes, 'value') ?? '']];
    },
  );
  // As properties of its own, whatever they are called.
  return { action: new URL(action, page.url), fields: Object.fromEntries(fields) };
}

function attributeOf(attributes: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(attributes)?.[1];
  return value === undefined ? undefined : decodeEntities(value);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** Undoes the escaping of the tenant's own pages, which know these five entities only. */
export const decodeEntities = (text: string): string =>
  text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
