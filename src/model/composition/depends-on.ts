import { z } from 'zod';
import { isRecord } from '../../kit/digest.ts';
import type { ServiceDependency } from '../composition.ts';
import { flag, membersOrNull, textList } from './values.ts';

const options = membersOrNull({
	condition: z
		.enum(['service_started', 'service_healthy', 'service_completed_successfully'], {
			error: 'must be service_started, service_healthy or service_completed_successfully',
		})
		.default('service_started'),
	restart: flag.default(false),
	required: flag.default(true),
});

/** Services that come first: a list of names, or a map of names to conditions; no name comes twice. */
export const dependsOn = z
	.preprocess(
		(value) => (isRecord(value) ? value : namesAsMap(value)),
		z.record(z.string(), options, { error: 'must be a list or a map' }),
	)
	.transform((dependencies): ServiceDependency[] =>
		Object.entries(dependencies).map(([serviceName, given]) => ({ serviceName, ...given })),
	);

function namesAsMap(value: unknown): unknown {
	if (typeof value === 'number') return value;
	const names = textList.safeParse(value).data;
	return names === undefined ? value : Object.fromEntries(names.map((name) => [name, null]));
}
