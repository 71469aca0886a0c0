import { withoutEmpty } from '../../kit/without-empty.ts';
import type { ContainerConfig, ContainerSpec } from '../../model/container-spec.ts';
import { labelNames } from '../../model/labels.ts';
import { dependenciesOf } from '../../model/target/references.ts';
import type { TargetService } from '../../model/target.ts';
import { networkingOf, type Networking } from './attachments.ts';
import { createConfigTexts, type ComparableConfig } from './config-texts.ts';
import {
	commonEnvironment,
	comparableEnvironment,
	environmentOf,
	type CommonEnvironment,
} from './environment.ts';
import { hostConfigOf } from './host-config.ts';
import { containerLabels } from './labels.ts';
import { composedModesOf, joinedModesOf } from './joined-namespaces.ts';
import { mountsOf } from './mounts.ts';
import { containerNameIn } from './names.ts';
import { exposedPortsOf } from './ports.ts';
import type { ServiceInApp } from './service-in-app.ts';

/** The container that a service of the target wants; see {@link createContainerSpecs}. */
export function toContainerSpec(input: ServiceInApp): ContainerSpec {
	return createContainerSpecs(input)(input.service);
}

/**
 * Translates the services of a release into the containers that they want, each with a label that holds a digest of its
 * configuration. What tells nothing about the running container is not in the digest: its name and image, and the
 * device's name at creation.
 */
export function createContainerSpecs(
	surroundings: Omit<ServiceInApp, 'service'>,
): (service: TargetService) => ContainerSpec {
	const common = commonEnvironment(surroundings);
	const textsOf = createConfigTexts(common.values());
	return (service) => {
		const input = { ...surroundings, service };
		const { platform } = service.composition;
		const networking = networkingOf(input);
		const config = configOf(input, networking, common);
		const { digest, fields } = textsOf(comparableOf(input, config, networking));
		const before = dependenciesOf(service);
		return {
			name: containerNameIn(surroundings.release, service),
			...(platform !== undefined && { platform }),
			config: {
				...config,
				Labels: {
					...config.Labels,
					[labelNames.configDigest]: digest,
					...(before.length > 0 && { [labelNames.dependsOn]: before.join(' ') }),
					...(fields !== undefined && { [labelNames.configFields]: fields }),
				},
			},
			networks: networking.attachments,
		};
	};
}

function configOf(
	input: ServiceInApp,
	{ mode }: Networking,
	common: CommonEnvironment,
): ContainerConfig {
	const { composition, labels, image } = input.service;
	const mounts = mountsOf(input);
	return {
		Image: image,
		Labels: containerLabels(input),
		Env: environmentOf(input, common),
		...withoutEmpty({
			OpenStdin: composition.stdinOpen,
			User: composition.user,
			WorkingDir: composition.workingDir,
			Hostname: composition.hostname,
			Domainname: composition.domainname,
			MacAddress: composition.macAddress,
			StopSignal: composition.stopSignal,
			StopTimeout: composition.stopGracePeriodSec,
			Healthcheck: composition.healthcheck,
			ExposedPorts: exposedPortsOf(composition),
			Volumes: Object.fromEntries(mounts.anonymous.map((path) => [path, {}])),
		}),
		// Empty ones clear what the image says.
		...(composition.command !== undefined && { Cmd: composition.command }),
		...(composition.entrypoint !== undefined && { Entrypoint: composition.entrypoint }),
		Tty: composition.tty,
		HostConfig: {
			...hostConfigOf({ composition, labels, mounts, networkMode: mode }),
			...joinedModesOf(input),
		},
	};
}

/** What its digest is made of. */
function comparableOf(
	input: ServiceInApp,
	{ Image: _, ...config }: ContainerConfig,
	{ attachments }: Networking,
): ComparableConfig {
	return {
		...config,
		Env: comparableEnvironment(config.Env),
		HostConfig: { ...config.HostConfig, ...composedModesOf(input) },
		networks: attachments,
		platform: input.service.composition.platform,
	};
}
