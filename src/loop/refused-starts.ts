import { SupervisorError } from '../kit/errors.ts';
import type { Intent, Plan } from '../model/plan.ts';

/** Why a start that a person asks for is not to be: the service lacks what it cannot do without. */
export function refusedStartOf(
	intents: readonly Intent[],
	{ waits = [] }: Plan,
): SupervisorError | undefined {
	const asked = new Set(
		intents.flatMap((intent) => (intent.kind === 'start' ? [intent.serviceName] : [])),
	);
	const wait = waits.find(
		({ serviceName, code }) =>
			asked.has(serviceName) && (code === 'portTaken' || code === 'waitsForService'),
	);
	if (wait === undefined) return undefined;
	return new SupervisorError(`Service ${wait.serviceName} cannot start: ${wait.reason}`, {
		code: wait.code === 'portTaken' ? 'PORT_TAKEN' : 'ENGINE_REFUSED',
	});
}
