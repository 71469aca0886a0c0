import type { DeviceSnapshot } from '../model/snapshot.ts';
import type { TargetRelease } from '../model/target.ts';
import type { DeviceStatus } from '../model/v3/device.ts';
import type { AppStatus, Status } from '../model/v3/status.ts';
import { ignoredFieldsOf } from './ignored-fields.ts';
import { reportServices, type ServiceReport } from './service-report.ts';
import { describeService, type Vital } from './v3-service.ts';

export interface StatusFacts {
	readonly device: DeviceStatus;
	/** By container id. */
	readonly vitals: ReadonlyMap<string, Vital>;
	readonly now: Date;
	readonly isVisible: (appId: number) => boolean;
}

/** Answer of `GET /v3/status`. */
export function reportV3Status(snapshot: DeviceSnapshot, facts: StatusFacts): Status {
	const { device, now, isVisible } = facts;
	const { apps: wanted = [], rejected = [] } = snapshot.target ?? {};
	const rows = reportServices(snapshot);
	const known = wanted.filter(({ appId }) => isVisible(appId));
	const refused = rejected.filter(({ appId }) => isVisible(appId ?? 0));
	const named = new Set([...known, ...refused].map(({ appUuid }) => String(appUuid)));
	const leaving = new Map(
		rows
			.filter(({ appUuid, appId }) => !named.has(appUuid) && isVisible(appId))
			.map(({ appUuid, appId }) => [appUuid, { appUuid, appId }]),
	);
	const all: readonly App[] = [...known, ...refused, ...leaving.values()];
	const apps = all.map((app) =>
		describeApp(app, { snapshot, facts, rows: rows.filter((row) => row.appUuid === app.appUuid) }),
	);
	return {
		revision: snapshot.revision,
		at: now.toISOString(),
		device,
		loop: describeLoop(snapshot, apps),
		apps,
	};
}

/** An app of the target, or one of which something is still there. */
interface App {
	readonly appUuid: string;
	readonly appId?: number | undefined;
	readonly name?: string | undefined;
	readonly commit?: string | undefined;
	readonly reasons?: readonly string[] | undefined;
	readonly release?: TargetRelease | undefined;
}

interface Scene {
	readonly snapshot: DeviceSnapshot;
	readonly facts: StatusFacts;
	readonly rows: readonly ServiceReport[];
}

function describeApp(app: App, { snapshot, facts, rows }: Scene): AppStatus {
	const condition = snapshot.apps[app.appUuid];
	const percents = rows.flatMap(({ downloadProgress }) => downloadProgress ?? []);
	const { reasons } = app;
	return {
		appUuid: app.appUuid,
		appId: app.appId,
		name: app.name ?? app.appUuid,
		phase: reasons === undefined ? (condition?.phase ?? 'applying') : 'rejected',
		reason: reasons?.join('; ') ?? condition?.reason ?? '',
		since: stampOf(condition?.since),
		targetCommit: app.release?.commit ?? app.commit,
		currentCommit: snapshot.currentCommits[app.appUuid],
		failures: condition?.failures ?? 0,
		lastError: condition?.lastError,
		nextAttemptAt:
			condition?.retryInMs === undefined
				? undefined
				: stampOf(condition.since + condition.retryInMs),
		lock: condition?.lock && { ...condition.lock, since: stampOf(condition.lock.since) ?? '' },
		downloadPercent:
			percents.length === 0
				? undefined
				: Math.round(percents.reduce((sum, percent) => sum + percent, 0) / percents.length),
		ignored: app.release === undefined ? [] : ignoredFieldsOf(app.release),
		services: rows.map((row) => describeService(row, snapshot, facts)),
	};
}

function stampOf(ms: number | undefined): string | undefined {
	return ms === undefined ? undefined : new Date(ms).toISOString();
}

const severest = ['failing', 'applying', 'held', 'settled'] as const;
type LoopState = Status['loop']['state'];

const loopStates: Readonly<Record<AppStatus['phase'], (typeof severest)[number]>> = {
	applying: 'applying',
	settled: 'settled',
	backoff: 'failing',
	rejected: 'failing',
	locked: 'held',
	waiting: 'held',
};

function describeLoop(
	{ target, observed, blockedReboot }: DeviceSnapshot,
	apps: readonly AppStatus[],
): Status['loop'] {
	if (observed === undefined)
		return { state: 'starting', reason: 'waiting for the container engine' };
	if (target === undefined) return { state: 'starting', reason: 'waiting for a target state' };
	const states = apps.map(({ phase }) => loopStates[phase]);
	const state: LoopState = severest.find((one) => states.includes(one)) ?? 'settled';
	if (state === 'settled' && blockedReboot !== undefined) {
		const { reason, obstacle } = blockedReboot;
		return { state: 'held', reason: `a reboot is due (${reason}) and cannot be yet: ${obstacle}` };
	}
	const telling = apps.filter(({ phase, reason }) => loopStates[phase] === state && reason !== '');
	const reason = telling.map(({ name, reason: text }) => `${name}: ${text}`).join('; ');
	return { state, reason: state === 'settled' ? '' : reason };
}
