import { describeUpdateLocks } from '../../ports/testing/update-locks-contract.ts';
import { fakeLocksHarness } from './fake-locks-harness.ts';

describeUpdateLocks('the locks in memory', () => Promise.resolve(fakeLocksHarness()));
