import {
	containerStates,
	type ContainerState,
	type HostPort,
	type ObservedContainer,
} from '../model/observed.ts';
import type { Maybe, RawLabels } from './raw.ts';

/** A member of `GET /containers/json`. */
export interface RawContainer {
	readonly Id: string;
	readonly Names?: Maybe<readonly string[]>;
	readonly Image?: string;
	readonly ImageID?: string;
	readonly Created?: number;
	readonly State?: string;
	/** For people, and the only place of the exit code: `Exited (0) 3 minutes ago`, `Up 2 hours (healthy)`. */
	readonly Status?: string;
	readonly Labels?: RawLabels;
	readonly HostConfig?: Maybe<{ readonly NetworkMode?: string }>;
	readonly NetworkSettings?: Maybe<{
		readonly Networks?: Maybe<Readonly<Record<string, unknown>>>;
	}>;
	readonly Ports?: Maybe<
		readonly { readonly IP?: string; readonly PublicPort?: number; readonly Type?: string }[]
	>;
	readonly Mounts?: Maybe<readonly { readonly Type?: string; readonly Name?: string }[]>;
}

export function toObservedContainer(raw: RawContainer): ObservedContainer {
	const { Status = '' } = raw;
	return {
		containerId: raw.Id,
		name: ownName(raw.Names ?? []),
		state: stateOf(raw.State),
		exitCode: exitCodeOf(Status),
		health: healthOf(Status),
		createdAtSec: raw.Created ?? 0,
		engineImageId: raw.ImageID ?? '',
		imageReference: raw.Image ?? '',
		labels: raw.Labels ?? {},
		networks: Object.keys(raw.NetworkSettings?.Networks ?? {}),
		volumes: namedVolumes(raw.Mounts ?? []),
		networkMode: raw.HostConfig?.NetworkMode ?? 'default',
		hostPorts: hostPorts(raw.Ports ?? []),
	};
}

/** Without the ports that are only exposed. */
function hostPorts(ports: NonNullable<RawContainer['Ports']>): HostPort[] {
	return ports.flatMap(({ IP = '', PublicPort = 0, Type = 'tcp' }) =>
		PublicPort === 0 ? [] : [{ hostIp: IP, port: PublicPort, protocol: Type }],
	);
}

/** Links add names with further slashes; the container's own has one. */
function ownName(names: readonly string[]): string {
	const own = names.find((name) => name.lastIndexOf('/') === 0) ?? names[0] ?? '';
	return own.replace(/^\//, '');
}

function stateOf(state = ''): ContainerState {
	if (isState(state)) return state;
	return state === 'stopped' ? 'exited' : 'created';
}

function isState(state: string): state is ContainerState {
	return containerStates.some((known) => known === state);
}

function exitCodeOf(status: string): number | undefined {
	const code = /^(?:Exited|Restarting) \((-?\d+)\)/.exec(status)?.[1];
	return code === undefined ? undefined : Number(code);
}

function healthOf(status: string): ObservedContainer['health'] {
	const [, word] = /\((?:health: )?(starting|healthy|unhealthy)\)$/.exec(status) ?? [];
	if (word === 'starting' || word === 'healthy' || word === 'unhealthy') return word;
	return undefined;
}

/** The engine names anonymous volumes by 64 hex digits. */
const anonymous = /^[0-9a-f]{64}$/;

function namedVolumes(mounts: readonly { Type?: string; Name?: string }[]): string[] {
	return mounts.flatMap(({ Type, Name = '' }) =>
		Type === 'volume' && Name !== '' && !anonymous.test(Name) ? [Name] : [],
	);
}
