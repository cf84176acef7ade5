import { missingOwn, ownSecretProblem } from '../tenant-access/complete-config.ts';
import { startDeployCli } from './deploy-cli.ts';
import type { DeployCli } from './deploy-cli.ts';
import type { DeployStep } from './deploy-steps.ts';
import { codeOf } from '../bundle/built-code.ts';
import type { Deploy, DeployHooks } from './prepare-deploy.ts';
import { recordsOf, textOf } from '../base/json-values.ts';
import { deployCredentials, secretsSent } from '../tenant-access/known-secrets.ts';
import { checkOutgoing } from '../tenant-access/outgoing.ts';
import { redactorOf } from '../secrets/redact-text.ts';
import { ANSWER_TIMEOUT_MILLISECONDS } from '../tenant-access/management-api.ts';
import type { ManagementApi } from '../tenant-access/management-api.ts';
import { stageCodeIn } from '../records/staged-code.ts';
import type { StagedCode } from '../records/staged-code.ts';

/** The imports of one deploy, by one process. */
export interface Session {
  send(step: DeployStep): Promise<void>;
  /** Takes out of a text what is secret of all that is known, and that was sent so far: some of it is made on the way. */
  readonly redact: (text: string) => string;
  close(): Promise<void>;
}

/** What a deploy knows before it sends something. */
export interface Known {
  /** Must be in nothing that is shown, and sent only where secrets go. */
  readonly secrets: readonly string[];
  /** The tenant as it is. */
  readonly state: unknown;
}

/**
 * The CLI's process, started when something is sent.
 *
 * @param records The folder of the tenant's records.
 */
export function openSession(
  api: ManagementApi,
  deploy: Deploy,
  records: string,
  { secrets, state }: Known,
  { onProgress, signal }: DeployHooks,
): Session {
  let cli: DeployCli | undefined;
  let staged: StagedCode | undefined;
  const known = [...secrets];
  const redact = (text: string): string => redactorOf(known)(text);
  const start = deploy.startCli ?? startDeployCli;
  return {
    send: async ({ name, assets }) => {
      signal?.throwIfAborted();
      const missing = missingOwn(assets);
      if (missing !== undefined) throw ownSecretProblem(deploy.tenantFile, missing);
      onProgress?.(name);
      known.push(...secretsSent(deploy.tenantFile, assets));
      const built = codeOf(deploy.bundles);
      const names = recordsOf(assets['actions']).map((action) => textOf(action['name']));
      checkOutgoing(
        { assets, code: new Map(names.map((action) => [action, built(action) ?? ''])) },
        { domain: api.domain, secrets: known, credentials: deployCredentials(deploy, api), onTenant: state },
      );
      cli ??= start({
        authorityFile: deploy.authorityFile,
        redact,
      });
      staged ??= stageCodeIn(records, codeOf(deploy.bundles));
      await cli.import(
        {
          assets: staged.stage(assets),
          basePath: staged.folder,
          domain: api.domain,
          accessToken: api.accessToken,
          untouched: deploy.untouchedCli ?? false,
          answerTimeoutMilliseconds: deploy.answerTimeoutMilliseconds ?? ANSWER_TIMEOUT_MILLISECONDS,
        },
        signal,
      );
    },
    redact,
    close: async () => {
      await cli?.close();
      staged?.remove();
    },
  };
}
