import { ensureSupervisorImage } from '../../tools/dind/actions/ensure-images.ts';
import { docker } from '../../tools/dind/commands/argv.ts';
import { createProgress } from '../../tools/dind/effects/progress.ts';
import { startDevice, type TestDevice } from '../../test/integration/support/device.ts';
import { repository, shell } from '../../test/integration/support/host.ts';

/** A Docker-in-Docker device with the shipped supervisor image on its engine. */
export interface BenchDevice extends TestDevice {
	/** Address of the device, as this computer reaches it. */
	readonly ip: string;
	/** Address of this computer, as the device reaches it. */
	readonly hostIp: string;
	readonly supervisorImage: string;
	/** Removes every container that a supervisor made. */
	readonly removeServices: () => Promise<void>;
}

const progress = createProgress({
	write: (line) => process.stderr.write(line),
	monotonicMs: () => performance.now(),
});

export function say(text: string): void {
	progress.say(text);
}

export async function startBenchDevice(): Promise<BenchDevice> {
	const wanted = { arch: 'amd64', tag: 'master', optimize: true } as const;
	const image = await ensureSupervisorImage({ shell, progress, root: repository }, wanted);
	say('starting a device');
	const device = await startDevice();
	await device.loadImage(image);
	const format = '{{.NetworkSettings.IPAddress}} {{.NetworkSettings.Gateway}}';
	const addresses = await shell.read(docker('inspect', '--format', format, device.name));
	const [ip = '', hostIp = ''] = addresses.split(' ');
	return {
		...device,
		address: { host: ip, port: 2375 },
		ip,
		hostIp,
		supervisorImage: image,
		removeServices: () => device.exec('sh', '-c', removeSupervised).then(() => undefined),
	};
}

const removeSupervised =
	'docker ps --all --quiet --filter label=io.balena.supervised | xargs --no-run-if-empty docker rm --force --volumes';

/** Process id on this computer of the supervisor that runs in the device. */
export async function supervisorPid(device: BenchDevice): Promise<number> {
	const processes = await shell.read(docker('top', device.name, '-eo', 'pid,args'));
	const line = processes.split('\n').find((text) => text.includes('/dist/main.cjs'));
	if (line === undefined) throw new Error('no supervisor runs in the device');
	return Number.parseInt(line, 10);
}
