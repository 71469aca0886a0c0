import { isBundledReference } from '../model/bundle.ts';
import type { PlanWait } from '../model/plan.ts';
import { dependenciesOf, joinedBy } from '../model/target/references.ts';
import type { TargetService } from '../model/target.ts';
import type { AppScene } from './app-scene.ts';
import type { ServiceDecision } from './service-decision.ts';
import { runsOf } from './service-runs.ts';
import type { Choice } from './urgency.ts';

/** What keeps a service from being made, renamed or started at all; none, as a rule. */
export function obstaclesTo(
	choice: Choice,
	decided: ReadonlyMap<string, ServiceDecision>,
	scene: AppScene,
): PlanWait[] {
	const { serviceName } = choice.service;
	const wait = (code: PlanWait['code'], reason: string): PlanWait[] => [
		{ appUuid: scene.app.appUuid, serviceName, code, reason },
	];
	if (isNameHeld(choice, scene)) {
		return wait('waitsForEngine', 'its former container is still being removed');
	}
	const refusal = scene.ports.refusals.get(serviceName);
	if (refusal !== undefined && runsOf(choice, scene).startCause !== undefined) {
		return wait('portTaken', refusal);
	}
	const missing = blockedDependency(choice.service, decided);
	if (missing !== undefined) return wait('waitsForService', `${missing} cannot be made`);
	if (!isHeldBack(choice, scene)) return [];
	return wait('imageRefused', refusalOf(scene));
}

function refusalOf({ app, refusedImages }: AppScene): string {
	const bundled = [...refusedImages].filter(isBundledReference);
	if (bundled.length > 0) {
		return `${bundled.join(', ')} is not on the engine; it comes in a bundle, which has to be imported`;
	}
	if (app.hasOwnImages !== true) return 'an image of the release can never be had';
	const images = [...refusedImages].join(', ');
	return `${images} is not on the engine; it is built or loaded there, and not downloaded`;
}

function isNameHeld({ kept, spec }: Choice, { observed }: AppScene): boolean {
	return kept?.name !== spec.name && observed.removing.some(({ name }) => name === spec.name);
}

/** A service that this one needs and that is neither there nor can be made. */
function blockedDependency(
	service: TargetService,
	decided: ReadonlyMap<string, ServiceDecision>,
): string | undefined {
	const { dependsOn } = service.composition;
	const joined = joinedBy(service.composition).map(({ serviceName }) => serviceName);
	return dependenciesOf(service).find((name) => {
		const isRequired =
			joined.includes(name) || dependsOn.some((one) => one.serviceName === name && one.required);
		const dependency = decided.get(name);
		return isRequired && dependency?.isBlocked === true && dependency.kept === undefined;
	});
}

function isHeldBack(
	{ service, kept, obsolete }: Choice,
	{ isHeldBack: isReleaseHeldBack, refusedImages, index }: AppScene,
): boolean {
	if (!isReleaseHeldBack) return false;
	const isImageRefused =
		refusedImages.has(service.image) && index.image(service.image) === undefined;
	return obsolete.length > 0 || (kept === undefined && isImageRefused);
}
