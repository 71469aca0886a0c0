/** The proxy that the operating system sends connections through; the words are redsocks' (contract 1.8). */
export interface ProxySettings {
	/** `socks4`, `socks5`, `http-connect`, `http-relay`; the host may know others. */
	readonly type?: string | undefined;
	readonly ip?: string | undefined;
	readonly port?: number | string | undefined;
	readonly login?: string | undefined;
	readonly password?: string | undefined;
	/** `ADDRESS:PORT` of the server that names are asked of through the proxy. */
	readonly dns?: string | undefined;
	/** Addresses that are reached without it. */
	readonly noProxy?: readonly string[] | undefined;
}

/** A change of the proxy: what it does not name stays; without any name the proxy goes. */
export interface ProxyPatch extends Omit<ProxySettings, 'dns'> {
	/** false: names are not asked of a server through the proxy. */
	readonly dns?: string | false | undefined;
}

export interface HostConfig {
	readonly hostname: string;
	/** undefined: connections go straight. */
	readonly proxy?: ProxySettings | undefined;
}

export interface HostConfigPatch {
	/** Empty: the first seven characters of the uuid. */
	readonly hostname?: string | undefined;
	readonly proxy?: ProxyPatch | undefined;
}

/** Name and proxy of the host. */
export interface HostNetwork {
	/** @throws {SupervisorError} HOST_FAILED */
	read(): Promise<HostConfig>;
	/**
	 * The files say so afterwards, on the disk, and the host's services that read them were restarted.
	 * @throws {SupervisorError} HOST_FAILED, CONFIG_INVALID
	 */
	change(patch: HostConfigPatch): Promise<void>;
}
