import { hasCode, messageOf } from '../kit/errors.ts';
import type { ContractVerdict } from '../model/apply-contracts.ts';
import type { Step } from '../model/plan.ts';
import type { ProgressEvent } from '../model/progress.ts';
import type { RejectedApp } from '../model/target.ts';
import { wordingOf, type ImageOf } from './step-wording.ts';

/** Said once, at start. */
export const supervisorStarting = 'Supervisor starting';

/**
 * The line for the log that an event of the executor stands for; undefined for events nobody needs to read.
 * @param imageOf - image of a container that is there, by its id or name
 */
export function systemMessageOf(
	event: ProgressEvent,
	imageOf: ImageOf = () => undefined,
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
