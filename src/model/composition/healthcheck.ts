import { z } from 'zod';
import type { HealthcheckConfig } from '../container-spec.ts';
import { unsupported } from './field.ts';
import { durationNs, flag, integerFrom, members, textList } from './values.ts';

const test = z.preprocess(
	(value) => (typeof value === 'string' ? ['CMD-SHELL', value] : value),
	textList.refine(
		([kind]) => kind === undefined || ['NONE', 'CMD', 'CMD-SHELL'].includes(kind),
		'must begin with NONE, CMD or CMD-SHELL',
	),
);

/** The engine takes nothing between zero, which means its default, and a millisecond. */
const span = durationNs.refine(
	(duration) => duration === 0 || duration >= 1_000_000,
	'must be at least 1ms, or 0',
);

/** What is not given is taken from the image. */
export const healthcheck = members({
	test: test.optional(),
	disable: flag.default(false),
	interval: span.optional(),
	timeout: span.optional(),
	start_period: span.optional(),
	start_interval: unsupported('needs version 1.44 of the Engine API, 1.41 is spoken'),
	retries: integerFrom(0).optional(),
}).transform((check): HealthcheckConfig => {
	if (check.disable) return { Test: ['NONE'] };
	return {
		...(check.test !== undefined && { Test: check.test }),
		...(check.interval !== undefined && { Interval: check.interval }),
		...(check.timeout !== undefined && { Timeout: check.timeout }),
		...(check.start_period !== undefined && { StartPeriod: check.start_period }),
		...(check.retries !== undefined && { Retries: check.retries }),
	};
});
