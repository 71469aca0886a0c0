import coerce from 'semver/functions/coerce.js';
import lt from 'semver/functions/lt.js';
import { bootBackends, type BootBackend } from '../../model/boot-config.ts';

/** What decides which backends a device has. */
export interface BootDevice {
	readonly deviceType: string;
	/** Version of the operating system: `2.46.1+rev1`; undefined when it does not tell. */
	readonly osVersion: string | undefined;
}

type IsMatch = (device: BootDevice) => boolean;

const oneOf =
	(...types: readonly string[]): IsMatch =>
	({ deviceType }) =>
		types.includes(deviceType);
const like =
	(pattern: RegExp): IsMatch =>
	({ deviceType }) =>
		pattern.test(deviceType);

/** From this version on extlinux.conf is on a partition that cannot be written. */
const readOnlyExtlinux = '2.47.0';

const isBefore = (version: string | undefined): boolean => {
	const release = coerce(version ?? '');
	return release !== null && lt(release, readOnlyExtlinux);
};

/** Device types by backend (contract 5.6); one match is enough. Whether the file is there is for others to say. */
const matches: Readonly<Record<BootBackend, readonly IsMatch[]>> = {
	powerAndFan: [like(/-orin-/)],
	configTxt: [
		like(/^raspberry/),
		oneOf('fincm3', 'rt-rpi-300', '243390-rpi3', 'nebra-hnt'),
		oneOf('revpi-connect', 'revpi-connect-s', 'revpi-core-3', 'revpi-connect-4'),
	],
	extraUEnv: [
		like(/(-nano|-nano-emmc|-nano-2gb-devkit|-tx2)$/),
		like(/-tx2-nx|-agx-orin-|-orin-nx-|-orin-nano-/),
		like(/imx8mm-var-som|imx8mm?-var-dart/),
		oneOf('iot-gate-imx8plus', 'iot-gate-imx8plus-d1d8'),
	],
	extlinux: [({ deviceType, osVersion }) => /^jetson-/.test(deviceType) && isBefore(osVersion)],
	odmdata: [like(/-tx2$/)],
	configFs: [oneOf('up-board')],
	splash: [() => true],
};

/** The backends that a device of this kind has, in the order in which they are changed. */
export function backendsFor(device: BootDevice): BootBackend[] {
	return bootBackends.filter((backend) => matches[backend].some((isMatch) => isMatch(device)));
}
