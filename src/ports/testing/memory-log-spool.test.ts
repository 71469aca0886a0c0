import { describeLogSpool } from './log-spool-contract.ts';
import { createMemoryLogSpool } from './memory-log-spool.ts';

describeLogSpool('the spool in memory', () => Promise.resolve(createMemoryLogSpool()));
