import { safe } from '../../base/safe-text.ts';
import type { SafeText } from '../../base/safe-text.ts';
import { ANY_OTHER_CONNECTION } from '../ratings/settings-effect.ts';
import { placeName } from '../../tenant-model/login-place.ts';
import type { SettingsEffect } from '../ratings/settings-effect.ts';

/**
 * `rules of Shop, Desk (through didit): require=verified → require=none`: what differs alone, and applications to which the same
 * happens together. A rating of rules names all that differs, so it stands for its effect.
 */
export function effectLines(effects: readonly SettingsEffect[]): readonly SafeText[] {
  const shown = effects.filter(({ what, security }) => what !== 'rules' || security.length === 0);
  const alike = Map.groupBy(shown, ({ what, connection, before, after }) =>
    JSON.stringify([what, connection, before, after]),
  );
  return [...alike.values()].flatMap((those) => {
    const [first] = those;
    if (first === undefined) return [];
    const applications = those.flatMap(({ application, organization }) =>
      application === null
        ? []
        : [placeName({ application, ...(organization === undefined ? {} : { organization }) })],
    );
    const of = applications.length === 0 ? '' : safe` of ${applications.join(', ')}`;
    return [safe`${first.what}${of} ${through(first.connection)}: ${differing(first)}`];
  });
}

const through = (connection: string): SafeText =>
  connection === ANY_OTHER_CONNECTION ? safe`(through any other connection)` : safe`(through ${connection})`;

function differing({ before, after }: SettingsEffect): SafeText {
  if (before === null) return safe`${after ?? 'none'} (new)`;
  if (after === null) return safe`${before} → no such login any more`;
  const [old, now] = [before.split(' '), after.split(' ')];
  const [gone, come] = [old.filter((word) => !now.includes(word)), now.filter((word) => !old.includes(word))];
  return gone.length === 0 || come.length === 0
    ? safe`${before} → ${after}`
    : safe`${gone.join(' ')} → ${come.join(' ')}`;
}
