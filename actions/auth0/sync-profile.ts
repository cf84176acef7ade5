import type { Event, PostLoginAPI } from '@auth0/actions/post-login/v3';
import { own } from '../didit/json.ts';
import { RECORD_KEY, readRecord, writeRecord } from '../didit/record.ts';
import { readSyncSettings } from '../didit/settings/sync-settings.ts';
import { decideSync } from '../didit/sync.ts';
import type { SyncDecision } from '../didit/sync.ts';
import { eventPart, settingsAt } from './event.ts';
import type { Report } from './log.ts';
import { loginSnapshot } from './login-snapshot.ts';
import { federatedAt } from './run-kind.ts';
import { ofThisUser, shareProfile } from './shared-profile.ts';

/** Decides what a login through the Didit connection means for the user's record, and carries it out. */
export async function syncProfile(event: Event, api: PostLoginAPI): Promise<Report> {
  const now = Date.now();
  const settings = readSyncSettings(settingsAt(event, 'didit_sync').connection);
  const stored = readRecord(own(eventPart(event, 'user', 'app_metadata'), RECORD_KEY));
  const record = stored.kind === 'record' ? stored.record : undefined;
  const { found, codes } = await loginSnapshot(event, api.cache, record, settings.managementTimeout, now);
  const decision = decideSync({
    settings,
    stored,
    found,
    authenticatedAt: federatedAt(event),
    userMetadata: eventPart(event, 'user', 'user_metadata'),
    now,
  });
  const profile = ofThisUser(event, decision.profile);
  const shared = shareProfile(api.transaction, profile);
  apply(decision, api);
  return {
    outcome: profile === undefined ? 'unavailable' : 'available',
    codes: [
      ...decision.codes,
      ...codes,
      ...(settings.readable ? [] : ['settings_unreadable']),
      ...(shared ? [] : ['not_shared']),
    ],
    source: profile?.source,
  };
}

/** Only our own key of `app_metadata`, and only the keys of `user_metadata` that the settings map. */
function apply({ record, userMetadata }: SyncDecision, api: PostLoginAPI): void {
  if (record === 'remove') api.user.setAppMetadata(RECORD_KEY, null);
  else if (record !== 'keep') api.user.setAppMetadata(RECORD_KEY, writeRecord(record.write));
  for (const { key, value } of userMetadata) api.user.setUserMetadata(key, value);
}
