/**
 * What is made by whoever asks first, and then shared. Where that fails, all who wait are told, and the next who asks has it made
 * anew: in a process that stays, a file or the memory that was missing may be there again.
 */
export function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () =>
    (made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    }));
}
