import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { PORT_STEP } from '../commands/names.ts';

/** Ports of this computer, all on 127.0.0.1. */
export interface PortOptions {
	readonly apiPort: number;
	readonly pagePort: number;
	readonly sshPort: number;
	readonly cloudPort: number;
	readonly registryPort: number;
}

/** Ports as they were asked for. */
export type AskedPorts = Partial<PortOptions>;

/** Port of the supervisor's API, of the app's page and so on, where none is asked for. */
const USUAL_PORTS: PortOptions = {
	apiPort: 48484,
	pagePort: 8080,
	sshPort: 22222,
	cloudPort: 48400,
	registryPort: 48500,
};
export function addPorts(command: Command): Command {
	return command
		.addOption(port('apiPort', '--api-port <port>', "port for the supervisor's API"))
		.addOption(port('pagePort', '--page-port <port>', "port for the app's page (port 80 there)"))
		.addOption(port('sshPort', '--ssh-port <port>', 'port for ssh, with --ssh'))
		.addOption(port('cloudPort', '--cloud-port <port>', "port for the development cloud's API"))
		.addOption(
			port('registryPort', '--registry-port <port>', "port for the development cloud's registry"),
		);
}

function port(name: keyof PortOptions, flags: string, description: string): Option {
	return new Option(flags, `${description} (default: ${USUAL_PORTS[name]})`).argParser(parsePort);
}

/**
 * The ports of a device: those that were asked for, and the usual ones for the rest. Those of a group's further device
 * lie above the usual ones, except for what the group shares.
 * @param number - place of the device in its group, from 1
 */
export function resolvePorts(asked: AskedPorts, number: number): PortOptions {
	const above = (number - 1) * PORT_STEP;
	return {
		apiPort: asked.apiPort ?? USUAL_PORTS.apiPort + above,
		pagePort: asked.pagePort ?? USUAL_PORTS.pagePort + above,
		sshPort: asked.sshPort ?? USUAL_PORTS.sshPort + above,
		cloudPort: asked.cloudPort ?? USUAL_PORTS.cloudPort,
		registryPort: asked.registryPort ?? USUAL_PORTS.registryPort,
	};
}

/** @throws {InvalidArgumentError} unless `text` is a port number */
export function parsePort(text: string): number {
	const value = /^\d+$/.test(text) ? Number(text) : 0;
	if (value < 1 || value > 65_535) throw new InvalidArgumentError('A port is 1 to 65535.');
	return value;
}
