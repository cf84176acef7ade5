import { expect } from 'vitest';

// vitest types its matchers as `any`; in an expected object they are something that nobody looks into.
export const anyString: unknown = expect.any(String);
export const anything: unknown = expect.anything();
export const containing = (text: string): unknown => expect.stringContaining(text);
export const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
export const objectWith = (fields: Readonly<Record<string, unknown>>): unknown =>
  expect.objectContaining(fields);
