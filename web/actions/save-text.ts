/** Gives a text to the browser as a file to keep. */
export function saveText(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/markdown;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.target = '_blank'
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
