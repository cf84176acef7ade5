import type { ExportedFile } from './export-tenant-file.ts';

/** What a person has to know of an export before deploying it; a line each. */
export const exportNotices = ({
  problems,
  newSecrets,
  keptConnections,
}: Pick<ExportedFile, 'problems' | 'newSecrets' | 'keptConnections'>): readonly string[] => [
  ...problems.map(
    ({ code, message, place, remedy }) =>
      `Not as on the tenant: ${place.key ?? ''} (${code}). ${message} ${remedy}`,
  ),
  ...newSecrets.map(
    ({ action, name, variable }) =>
      `The tenant has a secret ${name} of ${action} that the file did not list: a deploy needs the variable ${variable}.`,
  ),
  ...keptConnections.map(
    (name) => `The tenant has no connection ${name}: it stays in the file, and a deploy of it makes it.`,
  ),
];
