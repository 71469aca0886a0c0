/** The two generations of balena-cli that a supervisor meets. */
export type CliGeneration = '22.5.5' | '25.2.6';
export const cliGenerations: readonly CliGeneration[] = ['22.5.5', '25.2.6'];

/** A folder as a developer pushes it. */
export interface CliProject {
	/** What is built, by service name. A project without a composition has one service, `main`. */
	readonly dockerfiles: Readonly<Record<string, string>>;
	/** Fields beside the image, by service name, in Compose's words; absent: there is no composition. */
	readonly compose?: Readonly<Record<string, object>>;
	/** Of `--env`. */
	readonly env?: Readonly<Record<string, string>>;
}

/** The tag that a build gives, and the name that the target state has for it. */
export function imageNames(
	generation: CliGeneration,
	serviceName: string,
): { readonly tag: string; readonly target: string } {
	if (generation === '22.5.5')
		return { tag: `local_${serviceName}`, target: `local_${serviceName}` };
	const tag = `local_image_${serviceName}:latest`;
	return { tag, target: tag };
}

/** What a Dockerfile project is given in place of a composition. */
const wholeDevice = {
	privileged: true,
	tty: true,
	restart: 'always',
	network_mode: 'host',
	volumes: ['resin-data:/data'],
	labels: Object.fromEntries(
		['kernel-modules', 'firmware', 'dbus', 'supervisor-api', 'resin-api'].map((feature) => [
			`io.resin.features.${feature}`,
			'1',
		]),
	),
};

/** The body of `POST /v2/local/target-state`. @param local - as the device told it */
export function targetStateOf(
	project: CliProject,
	generation: CliGeneration,
	local: Readonly<Record<string, unknown>>,
): object {
	const { dockerfiles, compose, env = {} } = project;
	const services = Object.keys(dockerfiles).map((serviceName, index) => {
		const id = index + 1;
		const composed = compose?.[serviceName] ?? wholeDevice;
		const { target: image } = imageNames(generation, serviceName);
		const base = { environment: env, labels: {}, ...composed, ...absences(generation, compose) };
		const names = { imageId: id, serviceName, serviceId: id, image, running: true };
		return [String(id), { ...base, ...names }];
	});
	const app = {
		name: 'localapp',
		commit: '10ca12e1ea5e',
		releaseId: '1',
		services: Object.fromEntries(services) as object,
		volumes: compose === undefined ? { 'resin-data': {} } : {},
		networks: compose === undefined || generation === '22.5.5' ? {} : { default: { ipam: {} } },
	};
	return { local: { ...local, apps: { '1': app } } };
}

/** What the newer one writes where a composition says nothing. */
function absences(generation: CliGeneration, compose: CliProject['compose']): object {
	if (generation === '22.5.5' || compose === undefined) return {};
	return { command: null, networks: { default: null } };
}
