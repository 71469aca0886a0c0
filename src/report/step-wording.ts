import type { Step } from '../model/plan.ts';

/** What to say of a step at its start, its end and its failure; nothing where a word is missing (contract 2.4). */
export interface Wording {
	readonly object: string;
	readonly started?: string;
	readonly done?: string;
	readonly failed?: string;
}

/** Image of a container that is there, by its id or name. */
export type ImageOf = (container: string) => string | undefined;

/** Steps that change nothing a user can see have no words. */
export function wordingOf(step: Step, imageOf: ImageOf): Wording | undefined {
	switch (step.kind) {
		case 'pullImage':
			return {
				object: step.image,
				started:
					step.deltaSource === undefined ? 'Downloading image' : 'Downloading delta for image',
				done: 'Downloaded image',
				failed: 'Failed to download image',
			};
		case 'removeImage':
			return {
				object: step.references[0] ?? step.resource,
				started: 'Deleting image',
				done: 'Deleted image',
				failed: 'Failed to delete image',
			};
		case 'createNetwork':
		case 'removeNetwork':
		case 'createVolume':
		case 'removeVolume':
			return partWording(step);
		case 'createContainer':
		case 'startContainer':
		case 'stopContainer':
		case 'removeContainer':
		case 'restartContainer':
			return containerWording(step, imageOf);
		case 'takeLocks':
			return { object: '', started: 'Taking update locks' };
		case 'releaseLocks':
			return { object: '', started: 'Releasing update locks' };
		case 'requireReboot': {
			const changes = step.changes === undefined ? step.reason : JSON.stringify(step.changes);
			return { object: '', done: `Reboot has been scheduled to apply changes: ${changes}` };
		}
		case 'changeBootConfig': {
			const wanted = JSON.stringify(step.wanted);
			const [started, done] = [`Applying boot config: ${wanted}`, `Applied boot config: ${wanted}`];
			return { object: '', started, done };
		}
		case 'connectNetwork':
		case 'renameContainer':
		case 'updateRestartPolicy':
		case 'clearHandover':
		case 'waitHandover':
		case 'recordCommit':
			return undefined;
	}
}

type PartStep = Extract<
	Step,
	{ kind: 'createNetwork' | 'removeNetwork' | 'createVolume' | 'removeVolume' }
>;

function partWording({ kind, resource }: PartStep): Wording {
	const verb = kind.startsWith('create') ? 'creating' : 'removing';
	const noun = kind.endsWith('Network') ? 'network' : 'volume';
	return {
		object: resource,
		started: `${verb === 'creating' ? 'Creating' : 'Removing'} ${noun}`,
		failed: `Error ${verb} ${noun}`,
	};
}

type ServiceStep = Extract<
	Step,
	{
		kind:
			| 'createContainer'
			| 'startContainer'
			| 'stopContainer'
			| 'removeContainer'
			| 'restartContainer';
	}
>;

/** A removal is told only when it fails: the stop before it has said that the service goes. */
function containerWording(step: ServiceStep, imageOf: ImageOf): Wording {
	const image = step.kind === 'createContainer' ? step.spec.config.Image : imageOf(step.container);
	const object = [step.serviceName ?? step.resource, image].filter(Boolean).join(' ');
	switch (step.kind) {
		case 'createContainer':
			return {
				object,
				started: 'Installing service',
				done: 'Installed service',
				failed: 'Failed to install service',
			};
		case 'startContainer':
			return {
				object,
				started: 'Starting service',
				done: 'Started service',
				failed: 'Failed to start service',
			};
		case 'stopContainer':
			return {
				object,
				started: 'Killing service',
				done: 'Killed service',
				failed: 'Failed to kill service',
			};
		case 'removeContainer':
			return { object, failed: 'Failed to kill service' };
		case 'restartContainer':
			return {
				object,
				started: 'Restarting service',
				done: 'Started service',
				failed: 'Failed to start service',
			};
	}
}
