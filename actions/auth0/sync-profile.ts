import type { Event, PostLoginAPI } from '@auth0/actions/post-login/v3';
import { FIELD_NAMES } from '../didit/fields.ts';
import { own } from '../didit/json.ts';
import { sourceOf } from '../didit/knowledge.ts';
import type { Knowledge } from '../didit/knowledge.ts';
import { readRecord, writeRecord } from '../didit/record.ts';
import { readSyncSettings } from '../didit/settings/sync-settings.ts';
import { decideSync, recordOf } from '../didit/sync.ts';
import type { SyncDecision, SyncInput } from '../didit/sync.ts';
import { eventPart, recordKey, settingsAt } from './event.ts';
import { eventEvidence, loginEvidence } from './evidence.ts';
import { handOver } from './handover.ts';
import type { Report } from './log.ts';
import { loginThrough, subjectsOf } from './provenance.ts';

/** Gets what is known about the person of a login, keeps the user's record of it, and hands it on to the later Actions. */
export async function syncProfile(event: Event, api: PostLoginAPI): Promise<Report> {
  return loginThrough(event) === 'didit' ? await syncDiditLogin(event, api) : passOn(event, api);
}

/**
 * A login through another connection: what is stored, or shown by the event, of a linked Didit identity. Nothing is written: the
 * settings of the Didit connection are not to be seen here.
 */
function passOn(event: Event, api: PostLoginAPI): Report {
  const { answer, otherwise } = eventEvidence(event);
  const { knowledge } = decideSync({
    ...inputOf(event),
    settings: { ...readSyncSettings(undefined), fields: FIELD_NAMES },
    run: 'no_login',
    step: undefined,
    answer,
    otherwise,
  });
  const codes = ['other_connection', ...share(event, api, knowledge)];
  return { outcome: 'skipped', codes, source: sourceOf(knowledge) };
}

async function syncDiditLogin(event: Event, api: PostLoginAPI): Promise<Report> {
  const settings = readSyncSettings(settingsAt(event, 'didit_sync').connection);
  const input = inputOf(event);
  const kept = settings.mode === 'on' ? recordOf(input.stored, input.subjects) : undefined;
  const { codes, ...evidence } = await loginEvidence(event, api.cache, kept, settings.managementTimeout);
  const decision = decideSync({ ...input, settings, ...evidence });
  const shared = share(event, api, decision.knowledge);
  apply(decision, event, api);
  return {
    outcome: typeof decision.knowledge === 'string' ? 'unavailable' : 'available',
    codes: [...decision.codes, ...codes, ...(settings.readable ? [] : ['settings_unreadable']), ...shared],
    source: sourceOf(decision.knowledge),
  };
}

const inputOf = (event: Event): Pick<SyncInput, 'stored' | 'subjects' | 'userMetadata' | 'now'> => ({
  stored: readRecord(own(eventPart(event, 'user', 'app_metadata'), recordKey(event))),
  subjects: subjectsOf(event),
  userMetadata: eventPart(event, 'user', 'user_metadata'),
  now: Date.now(),
});

const share = (event: Event, api: PostLoginAPI, knowledge: Knowledge): readonly string[] =>
  handOver(event, api.transaction, knowledge) ? [] : ['not_shared'];

/** Only our own key of `app_metadata`, and only the keys of `user_metadata` that the settings map. */
function apply({ record, userMetadata }: SyncDecision, event: Event, api: PostLoginAPI): void {
  if (record === 'remove') api.user.setAppMetadata(recordKey(event), null);
  else if (record !== 'keep') api.user.setAppMetadata(recordKey(event), writeRecord(record.write));
  for (const { key, value } of userMetadata) api.user.setUserMetadata(key, value);
}
