/** What is used here of npm `stun` 2.1.0, which comes without types. */
declare module 'stun' {
  import type { EventEmitter } from 'node:events';
  import type { Socket } from 'node:dgram';

  export interface Endpoint { readonly address: string; readonly port: number; readonly family: string }
  export interface Message {
    readonly type: number;
    readonly transactionId: Buffer;
    getXorAddress(): Endpoint | undefined;
    getAddress(): Endpoint | undefined;
    getSoftware(): string | undefined;
    addSoftware(name: string): void;
    addFingerprint(): void;
    addAddress(address: string, port: number): void;
    addXorAddress(address: string, port: number): void;
    toBuffer(): Buffer;
  }
  export interface Server extends EventEmitter {
    listen(port: number, address: string, callback: () => void): void;
    send(message: Message, port: number, address: string): boolean;
    close(): void;
  }
  export function createMessage(type: number, transactionId?: Uint8Array): Message;
  export function decode(packet: Uint8Array): Message;
  export function validateFingerprint(message: Message): boolean;
  export function createServer(options: { type: 'udp4' | 'udp6'; socket?: Socket }): Server;
  export function request(url: string): Promise<Message>;
  export const constants: Readonly<Record<string, number>> & {
    readonly STUN_BINDING_REQUEST: number;
    readonly STUN_BINDING_RESPONSE: number;
    readonly STUN_EVENT_BINDING_REQUEST: string;
  };
}
