import type { ServiceOutlook } from '../model/explanation.ts';
import type { Plan } from '../model/plan.ts';

/** What a plan says of services, by name: the cause of the first step that is to change one, or what it waits for. */
export function outlookOf({ steps, waits = [] }: Plan): Record<string, ServiceOutlook> {
	const outlook = new Map<string, ServiceOutlook>();
	for (const { kind, serviceName, cause } of steps) {
		if (serviceName === undefined || kind === 'pullImage' || outlook.has(serviceName)) continue;
		outlook.set(serviceName, { code: 'planned', reason: cause });
	}
	for (const { serviceName, code, reason } of waits) outlook.set(serviceName, { code, reason });
	return Object.fromEntries(outlook);
}
