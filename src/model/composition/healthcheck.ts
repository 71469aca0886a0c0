import { z } from 'zod';
import type { HealthcheckConfig } from '../container-spec.ts';
import { snakeKeys } from './keys.ts';
import { durationNs, flag, integer, textList } from './values.ts';

const test = z.preprocess(
	(value) => (typeof value === 'string' ? ['CMD-SHELL', value] : value),
	textList.refine(
		([kind]) => kind === undefined || ['NONE', 'CMD', 'CMD-SHELL'].includes(kind),
		'must begin with NONE, CMD or CMD-SHELL',
	),
);

/** What is not given is taken from the image. */
export const healthcheck = z
	.preprocess(
		snakeKeys,
		z.object(
			{
				test: test.optional(),
				disable: flag.default(false),
				interval: durationNs.optional(),
				timeout: durationNs.optional(),
				start_period: durationNs.optional(),
				retries: integer.optional(),
			},
			{ error: 'must be a map' },
		),
	)
	.transform((check): HealthcheckConfig => {
		if (check.disable) return { Test: ['NONE'] };
		return {
			...(check.test !== undefined && { Test: check.test }),
			...(check.interval !== undefined && { Interval: check.interval }),
			...(check.timeout !== undefined && { Timeout: check.timeout }),
			...(check.start_period !== undefined && { StartPeriod: check.start_period }),
			...(check.retries !== undefined && { Retries: check.retries }),
		};
	});
