import { Problem } from '../base/problem.ts';
import { secretSearch } from '../secrets/hidden-in-text.ts';
import { redactorOf } from '../secrets/redact-text.ts';
import { isSecretSink } from '../secrets/secret-sinks.ts';
import { likeAMarker } from '../tenant-config/markers.ts';
import { textsIn } from '../tenant-config/placeholders.ts';

export interface Outgoing {
  /** In auth0-deploy-cli's form, placeholders filled in. */
  readonly assets: Readonly<Record<string, unknown>>;
  /** Code of the Actions among them, by name. */
  readonly code: ReadonlyMap<string, string>;
}

export interface OutgoingRules {
  readonly domain: string;
  /** Values that may go where secrets go. */
  readonly secrets: readonly string[];
  /** Values that go nowhere. */
  readonly credentials: readonly string[];
  /** What the tenant has: of that, a part may be sent again as it is. */
  readonly onTenant: unknown;
}

/**
 * The last look at what leaves this machine, whatever was checked before: nothing that looks like a placeholder, no secret where
 * others can read it, no credential of the deploy anywhere.
 *
 * @throws {Problem} `NOT_SENT` with the place of it, never with the text.
 */
export function checkOutgoing({ assets, code }: Outgoing, rules: OutgoingRules): void {
  const texts = [
    ...textsIn(assets).map(({ text, path }) => ({ text, path })),
    ...[...code].map(([name, text]) => ({ text, path: ['code of', name] })),
  ];
  const whyNot = outgoingRule(rules);
  const found = texts.map(({ text, path }) => ({ path, why: whyNot(text, path) }));
  const first = found.find(({ why }) => why !== undefined);
  if (first?.why === undefined) return;
  throw new Problem({
    code: 'NOT_SENT',
    message: `This was not sent: ${first.why}.`,
    // A key may be a secret, too.
    place: { tenant: rules.domain, resource: redactorOf(rules.secrets)(first.path.join(' ')) },
  });
}

/** Gates look for markers in what is built; nothing replaces them, and other code may have anything in its comments. */
const isCode = (path: readonly (string | number)[]): boolean =>
  path[0] === 'code of' || path.includes('scripts');

/** Why a text must not go where it would, if so. */
function outgoingRule({
  secrets,
  credentials,
  onTenant,
}: OutgoingRules): (text: string, path: readonly (string | number)[]) => string | undefined {
  const holdsCredential = secretSearch(credentials);
  const holdsSecret = secretSearch(secrets);
  return (text, path) => {
    if (holdsCredential(text)) return 'it holds a credential of the deploy itself';
    const looksLikeAMarker = !isCode(path) && likeAMarker(text) !== undefined;
    if (!looksLikeAMarker && (isSecretSink(path) || !holdsSecret(text))) return undefined;
    // Options that the file does not mention are sent back as they are.
    if (textsIn(onTenant).some((known) => known.text === text)) return undefined;
    return looksLikeAMarker
      ? 'it looks like a placeholder without a value'
      : 'it holds a secret, and others can read it there';
  };
}
