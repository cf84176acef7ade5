import { InvalidArgumentError } from 'commander';

/** A TCP port as a command-line option; 0 means a free one. */
export function parsePort(written: string): number {
  const port = Number(written);
  if (!/^\d+$/.test(written) || port > 65_535)
    throw new InvalidArgumentError('It must be a number from 0 to 65535.');
  return port;
}
