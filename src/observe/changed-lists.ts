import type { Step } from '../model/plan.ts';
import type { ListName } from './observe-device.ts';

/** The list in which the engine shows what a step of the kind does; undefined: it asks nothing of the engine. */
const changed: Readonly<Record<Step['kind'], ListName | undefined>> = {
	pullImage: 'images',
	removeImage: 'images',
	createNetwork: 'networks',
	removeNetwork: 'networks',
	createVolume: 'volumes',
	removeVolume: 'volumes',
	createContainer: 'containers',
	connectNetwork: 'containers',
	startContainer: 'containers',
	stopContainer: 'containers',
	removeContainer: 'containers',
	renameContainer: 'containers',
	restartContainer: 'containers',
	updateRestartPolicy: 'containers',
	clearHandover: undefined,
	waitHandover: undefined,
	takeLocks: undefined,
	releaseLocks: undefined,
	recordCommit: undefined,
	requireReboot: undefined,
	changeBootConfig: undefined,
};

/** The lists that are out of date once the steps are done. */
export function listsChangedBy(steps: readonly Step[]): ReadonlySet<ListName> {
	return new Set(steps.flatMap(({ kind }) => changed[kind] ?? []));
}
