import { createHmac, randomBytes } from 'node:crypto';

/** New in each process and never written anywhere: a mark cannot be used to guess a value, not even of a short secret. */
const MARK_KEY = randomBytes(32);

/** Equal for equal values, and says nothing about them. */
export const markOf = (value: string): string => createHmac('sha256', MARK_KEY).update(value).digest('hex');
