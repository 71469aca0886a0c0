import { durationText } from '../kit/duration-text.ts';
import type { ServiceExplanation, StateCode } from '../model/explanation.ts';
import { serviceKeyOf } from '../model/ids.ts';
import { labelNames } from '../model/labels.ts';
import type { ObservedContainer, ObservedState } from '../model/observed.ts';
import type { AppCondition, DeviceSnapshot } from '../model/snapshot.ts';
import type { TargetApp, TargetService, TargetState } from '../model/target.ts';
import { reportServices, type ServiceReport } from './service-report.ts';

export interface State {
	readonly code: StateCode;
	readonly text: string;
}

/** Why each service of the target is as it is, by `serviceKeyOf`; nothing before there is a target and a look at the engine. */
export function explainStates(
	snapshot: DeviceSnapshot,
	last: Readonly<Record<string, ServiceExplanation>>,
): Record<string, State> {
	const { target, observed } = snapshot;
	if (target === undefined || observed === undefined) return {};
	const containers = new Map(observed.containers.map((one) => [one.containerId, one]));
	const rows = new Map(
		reportServices(snapshot)
			.filter(({ isTarget }) => isTarget)
			.map((row) => [`${row.appUuid}/${row.serviceName}`, row]),
	);
	const subjects = target.apps.flatMap((app) =>
		(app.release?.services ?? []).map((service) => ({ app, service })),
	);
	const wanted = Object.fromEntries(
		subjects.map(({ app, service }) => {
			const key = serviceKeyOf(app.appUuid, service.serviceName);
			const row = rows.get(key);
			const container = containers.get(row?.containerId ?? '');
			const subject = { app, service, row, container, last: last[key] };
			return [key, stateOf(subject, snapshot)];
		}),
	);
	return { ...rejectedStates(target, observed), ...wanted };
}

/** What an app runs whose new release cannot be used: it is left as it is. */
function rejectedStates(
	{ rejected }: TargetState,
	{ containers }: ObservedState,
): Record<string, State> {
	const states = rejected.flatMap(({ appUuid, reasons }) => {
		const own = containers.filter(({ labels }) => labels[labelNames.appUuid] === appUuid);
		const names = own.flatMap(({ labels }) => labels[labelNames.serviceName] ?? []);
		const state: State = { code: 'rejected', text: reasons.join('; ') };
		return names.map((name): [string, State] => [`${appUuid}/${name}`, state]);
	});
	return Object.fromEntries(states);
}

interface Subject {
	readonly app: TargetApp;
	readonly service: TargetService;
	readonly row: ServiceReport | undefined;
	readonly container: ObservedContainer | undefined;
	readonly last: ServiceExplanation | undefined;
}

function stateOf(subject: Subject, snapshot: DeviceSnapshot): State {
	const condition = snapshot.apps[subject.app.appUuid];
	return (
		busyState(subject, snapshot) ??
		outlookState(subject, condition) ??
		(subject.container === undefined
			? absentState(condition)
			: containerState(subject, subject.container))
	);
}

/** What a step does to it at this moment. */
function busyState(
	{ app, service }: Subject,
	{ pulls, volatile }: DeviceSnapshot,
): State | undefined {
	const percent = Object.hasOwn(pulls, service.image) ? pulls[service.image] : undefined;
	if (percent !== undefined) {
		return { code: 'downloading', text: `its image is being downloaded: ${percent} %` };
	}
	switch (volatile[serviceKeyOf(app.appUuid, service.serviceName)]) {
		case 'Installing':
			return { code: 'installing', text: 'its container is being made' };
		case 'Starting':
			return { code: 'starting', text: 'it is being started' };
		case 'Stopping':
			return { code: 'stopping', text: 'it is being stopped' };
		case undefined:
			return undefined;
	}
}

/** What the app's last plan says of it. */
function outlookState(
	{ service }: Subject,
	condition: AppCondition | undefined,
): State | undefined {
	const outlook = condition?.services?.[service.serviceName];
	if (condition === undefined || outlook === undefined) return undefined;
	if (outlook.code !== 'planned') return { code: outlook.code, text: `waiting: ${outlook.reason}` };
	if (condition.phase === 'locked') return { code: 'locked', text: lockText(condition) };
	if (condition.phase !== 'backoff') {
		const wait = condition.phase === 'waiting' ? `, and waits ${condition.reason}` : '';
		return { code: 'planned', text: `to be changed: ${outlook.reason}${wait}` };
	}
	const pause = condition.retryInMs === undefined ? '' : ` ${durationText(condition.retryInMs)}`;
	return { code: 'backoff', text: `backing off${pause} after: ${condition.reason}` };
}

function lockText({ lock, reason }: AppCondition): string {
	return lock === undefined ? `waiting: ${reason}` : `waiting: lock held at ${lock.path}`;
}

function absentState(condition: AppCondition | undefined): State {
	if (condition?.phase === 'rejected') return { code: 'rejected', text: condition.reason };
	return { code: 'absent', text: condition?.reason ?? 'nothing of it is on the device' };
}

/** What its container does. */
function containerState({ service, last }: Subject, container: ObservedContainer): State {
	switch (container.state) {
		case 'running':
			return container.health === 'unhealthy'
				? { code: 'unhealthy', text: 'it runs, but its health check fails' }
				: { code: 'running', text: 'it runs as the target says' };
		case 'restarting':
			return {
				code: 'restarting',
				text: 'it ends again and again, and the engine starts it again',
			};
		case 'paused':
			return { code: 'paused', text: 'somebody paused it' };
		case 'removing':
			return { code: 'waitsForEngine', text: 'waiting: the engine is removing it' };
		case 'dead':
			return { code: 'dead', text: 'the engine cannot remove it' };
		case 'created':
			return service.running
				? { code: 'planned', text: 'made and not started yet' }
				: { code: 'stoppedByTarget', text: 'the target says that it shall not run' };
		case 'exited':
			return exitedState(service, { exitCode: container.exitCode, last });
	}
}

function exitedState(
	{ running }: TargetService,
	{ exitCode, last }: { exitCode: number | undefined; last: ServiceExplanation | undefined },
): State {
	if (!running) return { code: 'stoppedByTarget', text: 'the target says that it shall not run' };
	if (last?.lastChange?.text === 'stopped: stop asked for') {
		return { code: 'stoppedByPerson', text: 'a person stopped it' };
	}
	const code = exitCode === undefined ? '' : ` with exit code ${exitCode}`;
	return { code: 'ended', text: `it ended${code}, and its restart policy leaves it at that` };
}
