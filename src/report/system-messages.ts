import { hasCode, messageOf } from '../kit/errors.ts';
import type { ContractVerdict } from '../model/apply-contracts.ts';
import type { Step } from '../model/plan.ts';
import type { ProgressEvent } from '../model/progress.ts';
import type { RejectedApp } from '../model/target.ts';

/** Said once, at start. */
export const supervisorStarting = 'Supervisor starting';

/** What to say of a step at its start, its end and its failure; nothing where a word is missing (contract 2.4). */
interface Wording {
	readonly object: string;
	readonly started?: string;
	readonly done?: string;
	readonly failed?: string;
}

/**
 * The line for the log that an event of the executor stands for; undefined for events nobody needs to read.
 * @param imageOf - image of a container that is there, by its id or name
 */
export function systemMessageOf(
	event: ProgressEvent,
	imageOf: (container: string) => string | undefined = () => undefined,
): string | undefined {
	switch (event.kind) {
		case 'stepStarted':
			return sentence(event.step, imageOf, 'started');
		case 'stepDone':
			return sentence(event.step, imageOf, 'done');
		case 'stepFailed':
			return failure(event, imageOf);
		case 'stepPostponed':
			return joined('Delta still processing remotely. Will retry...', objectOf(event.step));
		case 'stepSkipped':
		case 'pullProgress':
			return undefined;
	}
}

function objectOf(step: Step): string {
	return step.kind === 'pullImage' ? step.image : step.resource;
}

type ImageOf = (container: string) => string | undefined;

function sentence(step: Step, imageOf: ImageOf, when: 'started' | 'done'): string | undefined {
	const wording = wordingOf(step, imageOf);
	const verb = wording?.[when];
	return verb === undefined ? undefined : joined(verb, wording?.object ?? '');
}

function failure(
	{ step, err }: { readonly step: Step; readonly err: Error },
	imageOf: ImageOf,
): string | undefined {
	if (step.kind === 'changeBootConfig') return `Error setting boot config: ${messageOf(err)}`;
	const wording = wordingOf(step, imageOf);
	if (wording?.failed === undefined || hasCode(err, 'UPDATES_LOCKED')) return undefined;
	return `${joined(wording.failed, wording.object)} due to '${messageOf(err)}'`;
}

function joined(verb: string, object: string): string {
	return object === '' ? verb : `${verb} '${object}'`;
}

/** What to say of a container. @param verb - `Service exited` */
export function containerMessage(
	verb: string,
	{
		serviceName,
		image,
	}: { readonly serviceName?: string | undefined; readonly image?: string | undefined },
): string {
	return joined(verb, [serviceName, image].filter(Boolean).join(' '));
}

/** Steps that change nothing a user can see have no words. */
function wordingOf(step: Step, imageOf: ImageOf): Wording | undefined {
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

/** What to say of a target state that is not taken, one line each (contract 2.2). */
export function rejectionMessages(reasons: readonly string[]): string[] {
	return reasons.map((reason, index) =>
		index === 0 ? `Could not move to new release: ${reason}` : reason,
	);
}

/** What to say of apps that could not be decoded; what they run stays. */
export function rejectedAppMessages(rejected: readonly RejectedApp[]): string[] {
	return rejected.flatMap(({ appUuid, name, reasons }) =>
		rejectionMessages(reasons.map((reason) => `app ${name ?? appUuid}: ${reason}`)),
	);
}

/** What to say of a target that is held against what the device has, one line each (contract 2.4, 4.9). */
export function contractMessages({ malformed, unmet, dropped }: ContractVerdict): string[] {
	const releases = unmet.map(({ appUuid, name, commit = '', reasons }) =>
		[`app ${name ?? appUuid}`, commit && `release ${commit}`, reasons.join(', ')]
			.filter(Boolean)
			.join(', '),
	);
	const services = dropped.map(
		({ appName, serviceName, reasons }) =>
			`app ${appName}, service ${serviceName} needs ${reasons.join(' and ')}`,
	);
	return [
		...rejectedAppMessages(malformed),
		...headed('Some releases were rejected due to having unmet requirements', releases),
		...headed('Not running containers because of contract violations', services),
	];
}

function headed(head: string, parts: readonly string[]): string[] {
	return parts.length === 0 ? [] : [`${head}: ${parts.join('; ')}`];
}
