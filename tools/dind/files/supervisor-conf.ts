import type { SharedFolder } from '../commands/device-container.ts';

/** Where the device's unit reads what to run. */
export const SUPERVISOR_CONF_PATH = '/etc/holdfast/supervisor.conf';
/** The built supervisor of this repository inside the device, with `--mount-dist`. */
export const DIST_MOUNT = '/mnt/dist';
/** The npm packages of this repository inside the device, with `--mount-nm`. */
export const NODE_MODULES_MOUNT = '/mnt/node_modules';

export interface SupervisorMounts {
	readonly mountDist: boolean;
	readonly mountNm: boolean;
}

/** The text of supervisor.conf: shell variables. */
export function toSupervisorConf(image: string, mounts: SupervisorMounts): string {
	const extraMounts = [
		...(mounts.mountDist ? [`-v ${DIST_MOUNT}:/usr/src/app/dist`] : []),
		...(mounts.mountNm ? [`-v ${NODE_MODULES_MOUNT}:/usr/src/app/node_modules`] : []),
	];
	return `SUPERVISOR_IMAGE='${image}'\nSUPERVISOR_EXTRA_MOUNTS='${extraMounts.join(' ')}'\n`;
}

/** Folders of the repository that the device must see for these mounts. */
export function toSharedFolders(
	root: string,
	{ mountDist, mountNm }: SupervisorMounts,
): SharedFolder[] {
	return [
		...(mountDist ? [{ source: `${root}/dist`, target: DIST_MOUNT }] : []),
		...(mountNm ? [{ source: `${root}/node_modules`, target: NODE_MODULES_MOUNT }] : []),
	];
}
