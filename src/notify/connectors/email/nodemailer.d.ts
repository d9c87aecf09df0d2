/** As much of the package as is used; it comes without types. */
declare module 'nodemailer' {
  interface Transport {
    sendMail(mail: {
      readonly from: string
      readonly to: string
      readonly subject: string
      readonly text: string
      readonly messageId: string
      readonly headers: { readonly [name: string]: string }
    }): Promise<unknown>
    close(): void
  }
  export function createTransport(options: {
    readonly host: string
    readonly port: number
    readonly secure: boolean
    readonly requireTLS: boolean
    readonly ignoreTLS: boolean
    readonly auth?: { readonly user: string; readonly pass: string }
    readonly connectionTimeout: number
    readonly greetingTimeout: number
    readonly socketTimeout: number
    readonly disableFileAccess: boolean
    readonly disableUrlAccess: boolean
  }): Transport
}
