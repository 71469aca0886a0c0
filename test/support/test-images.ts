import { createClient } from '../../tools/cloud/client.ts';
import type { Cloud } from '../../tools/cloud/create-cloud.ts';
import { uploadImage } from '../../tools/cloud/push/registry-access.ts';
import type { RunDocker } from '../../tools/cloud/push/run-docker.ts';
import { docker } from '../../tools/dind/commands/argv.ts';
import type { TestDevice } from '../integration/support/device.ts';
import { shell } from '../integration/support/host.ts';
import { baseImage } from '../integration/support/images.ts';

/** References with digest of the images that tests run; all of them end at once on SIGTERM. */
export type TestImages = Readonly<Record<TestImageName, string>>;

/** `…2` stands for the next version of a service; `foreign` is made for another processor. */
export type TestImageName = keyof typeof recipes;

const idle = `CMD ["sh", "-c", "trap 'exit 0' TERM; sleep 1000000 & wait"]`;
const small = (name: string): string => `FROM ${baseImage}\nLABEL holdfast.test=${name}\n${idle}`;
/** With layers of its own, so that a pull has something to fetch. */
const large = (name: string): string =>
	`${small(name)}\nRUN dd if=/dev/urandom of=/random bs=1M count=4`;
/** The head of a program for arm64, which this computer's kernel refuses. */
const armProgram = String.raw`\177ELF\002\001\001\000\000\000\000\000\000\000\000\000\002\000\267\000\001\000\000\000`;

const recipes = {
	web1: small('web1'),
	web2: large('web2'),
	worker1: small('worker1'),
	worker2: small('worker2'),
	foreign: `FROM ${baseImage}\nRUN printf '${armProgram}' >/app && chmod 755 /app\nCMD ["/app"]`,
};

export interface PublishOptions {
	readonly device: TestDevice;
	/** Serves the registry at the moment. */
	readonly cloud: Cloud;
	readonly url: string;
	readonly registryHost: string;
}

/** Builds the images on the device, pushes them, and removes them from the device again. */
export async function publishImages(options: PublishOptions): Promise<TestImages> {
	return publishRecipes({ ...options, fleetName: 'publisher' }, recipes);
}

/**
 * As `publishImages`, of Dockerfiles by name. The images are a fleet's that the cloud has.
 * @returns references with digest, by the same names
 */
export async function publishRecipes<Name extends string>(
	options: PublishOptions & { readonly fleetName: string },
	dockerfiles: Readonly<Record<Name, string>>,
): Promise<Readonly<Record<Name, string>>> {
	const { device, cloud, url, registryHost, fleetName } = options;
	const { userKey } = cloud;
	const client = createClient({ url, userKey });
	const names = Object.keys(dockerfiles) as Name[];
	const places = await client.allocateImages(
		fleetName,
		Object.fromEntries(names.map((name) => [name, name])),
	);
	await device.docker('login', '--username', 'user', '--password', userKey, registryHost);
	const published = await Promise.all(
		names.map(async (name): Promise<[string, string]> => {
			const local = `holdfast-test/${name}`;
			await build(device, local, dockerfiles[name]);
			if (name === 'foreign') await declareForeign(device, local);
			const location = places[name]?.location ?? '';
			const upload = { serviceName: name, imageId: local, location };
			const digest = await uploadImage(upload, registryHost, dockerOn(device));
			await device.docker('rmi', local);
			return [name, `${location}@${digest}`];
		}),
	);
	await device.docker('logout', registryHost);
	await device.docker('image', 'prune', '--force');
	return Object.fromEntries(published) as Record<Name, string>;
}

async function build(device: TestDevice, local: string, dockerfile: string): Promise<void> {
	const argv = docker('exec', '-i', device.name, 'docker', 'build', '--tag', local, '-');
	await shell.read(argv, { input: dockerfile });
}

/** The engine builds for its own platform only: what the image says of itself is changed in its archive. */
async function declareForeign(device: TestDevice, local: string): Promise<void> {
	const folder = '/tmp/holdfast-test-foreign';
	const script = [
		`rm -rf ${folder} && mkdir ${folder} && cd ${folder}`,
		`docker save ${local} | tar -x`,
		`sed -i 's/"architecture":"amd64"/"architecture":"arm64"/' *.json`,
		`tar -c . | docker load --quiet`,
		`rm -rf ${folder}`,
	];
	await device.exec('sh', '-ec', script.join('\n'));
}

function dockerOn(device: TestDevice): RunDocker {
	return async ({ args }) => {
		const { code, stdout, stderr } = await shell.capture(
			docker('exec', device.name, 'docker', ...args),
		);
		return { code, stdout, output: stdout + stderr };
	};
}
