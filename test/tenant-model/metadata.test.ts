import { describe, expect, test } from 'vitest';
import { metadataToSend } from '../../scripts/tenant-model/metadata.ts';

describe('the metadata of a connection or an application', () => {
  test('keeps what other teams have put there, and takes away settings that tenant.yaml no longer has', () => {
    expect(
      metadataToSend({ didit_policy: 'mode=off' }, { didit_claims: 'x', didit_policy: 'y', theirs: 'z' }),
    ).toEqual({ didit_policy: 'mode=off', didit_claims: null, theirs: 'z' });
  });

  test.each([
    ['in another order', 'require=verified mode=report', 'mode=report require=verified'],
    ['with other blanks', 'require=verified  mode=report', 'require=verified mode=report'],
    ['in another order of a list', 'require=age_over_18,verified', 'require=verified,age_over_18'],
  ])('stays as the tenant has it where the file says the same %s', (_case, wanted, existing) => {
    expect(metadataToSend({ didit_policy: wanted }, { didit_policy: existing })).toEqual({
      didit_policy: existing,
    });
  });

  test.each([
    ['another rule', 'require=verified', 'require=age_over_18'],
    ['one rule less', 'require=verified', 'require=verified mode=report'],
    ['what cannot be read', 'require=verifed', 'require = verifed'],
  ])('is sent where the file says %s', (_case, wanted, existing) => {
    expect(metadataToSend({ didit_policy: wanted }, { didit_policy: existing })).toEqual({
      didit_policy: wanted,
    });
  });

  test('of other teams is compared as text: nobody knows what it means', () => {
    expect(metadataToSend({ theirs: 'a=1 b=2' }, { theirs: 'b=2 a=1' })).toEqual({ theirs: 'a=1 b=2' });
  });

  test('has nothing to send for a setting that says nothing', () => {
    expect(metadataToSend({ didit_policy: ' ' }, {})).toEqual({});
  });
});
