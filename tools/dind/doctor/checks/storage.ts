import { docker } from '../../commands/argv.ts';
import { defineCheck, ok, warning, type Verdict } from '../check.ts';

export const storageCheck = defineCheck({
	name: 'storage',
	area: 'engine',
	needs: ['engine'],
	observe: async ({ shell }) =>
		(await shell.capture(docker('info', '--format', '{{.Driver}}'))).stdout.trim(),
	judge: judgeStorage,
});

/** Drivers that copy whole images for every container. */
const SLOW = ['vfs', 'devicemapper'];

/** @param driver - the engine's storage driver */
export function judgeStorage(driver: string): Verdict {
	if (!SLOW.includes(driver)) return ok(`driver ${driver}`);
	return warning(
		`the engine stores with ${driver}, which is slow and takes much room`,
		'Set "storage-driver": "overlay2" in /etc/docker/daemon.json and restart the engine.',
	);
}
