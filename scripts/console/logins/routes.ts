import { Hono } from 'hono';
import type { Context } from 'hono';
import { html } from 'hono/html';
import { streamSSE } from 'hono/streaming';
import type { SSEStreamingApi } from 'hono/streaming';
import { json, safeText } from '../../base/safe-text.ts';
import type { ConsoleHost, LoginSummary, LoginTrace } from '../../local-tenant/index.ts';
import { wantsJson } from '../access.ts';
import { answer, asJson } from '../answer.ts';
import { formOf } from '../form.ts';
import { page } from '../layout.ts';
import { cleared, remembered, withTexts } from '../shown.ts';
import type { Clear } from '../shown.ts';
import { listAddress, listPage } from './list-page.ts';
import { listRow } from './list-row.ts';
import { filtersIn, listView, matches, rowOf } from './list-view.ts';
import type { LoginRow } from './list-view.ts';
import type { LoginView } from './login-view.ts';
import type { Person } from './people.ts';
import { personalDataHider } from './personal-data.ts';

export interface Logins {
  readonly app: Hono;
  /** A login with its trace, as its page shows it; `undefined` where it is not kept any more. */
  readonly view: (
    id: string,
    showsPersonal: boolean,
  ) => Promise<
    { readonly trace: LoginTrace; readonly subjects: readonly string[]; readonly view: LoginView } | undefined
  >;
  /** Makes the list ready, as soon as nothing else is to be done: somebody is about to look at it. */
  prepare(): void;
  /** Ends the live pages. */
  close(): void;
}

/** Milliseconds between two signs of life of a live page, for whatever stands between. */
const HEARTBEAT_MILLISECONDS = 25_000;
/** Missed logins that a page is told of when it comes back. */
const MAX_MISSED = 200;

/** The list of logins, live; and a login's page. To be mounted at `/console`. */
export function loginRoutes({ traces }: Pick<ConsoleHost, 'traces'>, clearOf: () => Clear): Logins {
  const rendered = new WeakMap<
    LoginSummary,
    { readonly person: string; readonly clear: Clear; readonly row: LoginRow; readonly markup: string }
  >();
  const streams = new Set<SSEStreamingApi>();
  const safe = remembered(safeText);

  /** As a login's own page shows it before somebody asks for personal data. */
  const rowOfWhom = (summary: LoginSummary, person: Person): LoginRow => {
    const row = rowOf(summary, person);
    if (person.isPersona || (row.reason === null && row.tag === null)) return row;
    const trace = traces.find(summary.id);
    return trace === undefined ? row : withTexts(row, personalDataHider(trace, summary.subjects));
  };

  /** A login never changes but by pinning, which makes another summary of it. */
  const shownRow = (summary: LoginSummary, person: Person, clear: Clear) => {
    const known = rendered.get(summary);
    if (known?.person === person.name && known.clear === clear) return known;
    const row = withTexts(rowOfWhom(summary, person), clear);
    const shown = { person: person.name, clear, row, markup: listRow(withTexts(row, safe)) };
    rendered.set(summary, shown);
    return shown;
  };

  // The personas are in YAML, which a page that nobody looks at yet does without.
  const people = async () => (await import('./people.ts')).peopleBySubject();

  const viewer = async () => {
    // With what reads tenant.yaml and explains denials, which a list does without.
    const [personOf, { loginView }, { readableTenantFile }] = await Promise.all([
      people(),
      import('./login-view.ts'),
      import('./settings-in-force.ts'),
    ]);
    const file = readableTenantFile();
    return (id: string, showsPersonal: boolean) => {
      const trace = traces.find(id);
      const summary = traces.summary(id);
      if (trace === undefined || summary === undefined) return undefined;
      const { subjects } = summary;
      return { trace, subjects, view: loginView(trace, summary, personOf(summary), { file, showsPersonal }) };
    };
  };
  const view: Logins['view'] = async (id, showsPersonal) => (await viewer())(id, showsPersonal);

  const all = async () => {
    const [personOf, clear] = [await people(), clearOf()];
    return traces.summaries().map((summary) => shownRow(summary, personOf(summary), clear));
  };

  const app = new Hono();
  app.get('/', async (c) => {
    const filters = filtersIn(c.req.query());
    const shown = await all();
    const list = listView(
      shown.map(({ row }) => row),
      filters,
      traces.limit,
    );
    if (wantsJson(c)) return asJson(c, list);
    const markup = shown.filter(({ row }) => matches(row, filters)).map(({ markup: text }) => text);
    const safeList = { ...withTexts({ ...list, logins: [] }, safeText), logins: list.logins };
    return c.html(await listPage(safeList, markup, traces.summaries()[0]?.number ?? 0));
  });
  app.get('/logins.jsonl', async (c) => {
    const filters = filtersIn(c.req.query());
    const [clear, viewOf] = [clearOf(), await viewer()];
    const lines = (await all())
      .filter(({ row }) => matches(row, filters))
      .flatMap(({ row }) => viewOf(row.id, false)?.view ?? [])
      .map((login) => json(cleared(login, clear)).text);
    return c.body(lines.map((line) => `${line}\n`).join(''), 200, {
      'content-type': 'application/jsonl; charset=utf-8',
    });
  });
  app.get('/live', (c) => {
    const filters = filtersIn(c.req.query());
    const after = Number(c.req.header('last-event-id') ?? c.req.query('after') ?? 'NaN');
    return streamSSE(c, async (stream) => {
      streams.add(stream);
      const tell = async (summary: LoginSummary): Promise<void> => {
        const { row, markup } = shownRow(summary, (await people())(summary), clearOf());
        if (!matches(row, filters)) return;
        await stream.writeSSE({
          event: 'login',
          id: String(summary.number),
          data: markup.trim(),
        });
      };
      const ended = new Promise<void>((resolve) => {
        stream.onAbort(resolve);
      });
      const unsubscribe = traces.subscribe((summary) => {
        tell(summary).catch(() => {
          stream.abort();
        });
      });
      try {
        const missed = traces
          .summaries()
          .filter(({ number }) => number > after)
          .slice(0, MAX_MISSED);
        for (const summary of missed.reverse()) await tell(summary);
        await stream.writeSSE({ event: 'ready', data: '' });
        const heartbeat = setInterval(
          () => void stream.writeSSE({ event: 'alive', data: '' }),
          HEARTBEAT_MILLISECONDS,
        );
        await ended;
        clearInterval(heartbeat);
      } finally {
        unsubscribe();
        streams.delete(stream);
      }
    });
  });
  app.post('/pin', async (c) => {
    const { pin, unpin } = await formOf(c);
    traces.pin(pin ?? unpin ?? '', pin !== undefined);
    return c.redirect(listAddress(filtersIn(c.req.query())), 303);
  });
  app.post('/clear', (c) => {
    traces.clear();
    return c.redirect('/console', 303);
  });
  app.post('/keep', async (c) => {
    const limit = Number((await formOf(c))['limit']);
    if (!Number.isInteger(limit) || limit < 1)
      return c.text('How many logins are kept is a whole number from 1 on.', 400);
    traces.keepAtMost(limit);
    return c.redirect(listAddress(filtersIn(c.req.query())), 303);
  });
  app.get('/logins/:id', async (c) => {
    const { loginPage } = await import('./login-page.ts');
    const found = await view(c.req.param('id'), c.req.query('personal') === 'show');
    return found === undefined ? await notKept(c) : await answer(c, found.view, clearOf(), loginPage);
  });
  app.post('/logins/:id/pin', async (c) => {
    const id = c.req.param('id');
    const { pinned } = await formOf(c);
    return traces.pin(id, pinned === 'yes') ? c.redirect(`/console/logins/${id}`, 303) : await notKept(c);
  });
  return {
    app,
    view,
    prepare: () => {
      setImmediate(() => {
        // Whoever asks for the list is told what is wrong with it.
        all().catch(() => undefined);
      });
    },
    close: () => {
      for (const stream of streams) stream.abort();
    },
  };
}

export const notKept = async (c: Context): Promise<Response> =>
  wantsJson(c)
    ? asJson(
        c,
        { error: 'not_found', error_description: 'This login is not kept any more, or never was.' },
        404,
      )
    : c.html(
        await page(
          'No such login',
          undefined,
          html`<h1>No such login</h1>
            <p>This login is not kept any more, or never was. <a href="/console">All logins</a></p>`,
        ),
        404,
      );
