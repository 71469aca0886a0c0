import type { RunDocker } from '../../cloud/push/run-docker.ts';
import type { Architecture } from '../commands/names.ts';

interface Platform {
	/** As the engine calls it. */
	readonly platform: string;
	/** What its images say of themselves, in Go's words. */
	readonly goArch: string;
}

const platforms: Readonly<Record<Architecture, Platform>> = {
	amd64: { platform: 'linux/amd64', goArch: 'amd64' },
	i386: { platform: 'linux/386', goArch: '386' },
	aarch64: { platform: 'linux/arm64', goArch: 'arm64' },
	armv7hf: { platform: 'linux/arm/v7', goArch: 'arm' },
	rpi: { platform: 'linux/arm/v6', goArch: 'arm' },
};

export function platformOf(arch: Architecture): Platform {
	return platforms[arch];
}

/** The same docker; what it builds and pulls is for this platform. */
export function forPlatform(docker: RunDocker, platform: string): RunDocker {
	return (call) => {
		const [verb = '', ...rest] = call.args;
		const isOfPlatform = verb === 'build' || verb === 'pull';
		return docker(isOfPlatform ? { ...call, args: [verb, '--platform', platform, ...rest] } : call);
	};
}
