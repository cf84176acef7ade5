import { InvalidArgumentError } from 'commander';

/** A TCP port as a command-line option; 0 means a free one. */
export function parsePort(written: string): number {
  const port = Number(written);
  if (!/^\d+$/.test(written) || port > 65_535)
    throw new InvalidArgumentError('It must be a number from 0 to 65535.');
  return port;
}

/** The digest of a plan. */
export function parseDigest(written: string): string {
  if (!/^[0-9a-f]{64}$/.test(written))
    throw new InvalidArgumentError('It must be the 64 hexadecimal digits that npm run plan prints.');
  return written;
}

/** How many of something there are to be. */
export function parseCount(written: string): number {
  const count = Number(written);
  if (!/^\d+$/.test(written) || count < 1 || !Number.isSafeInteger(count))
    throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  return count;
}
