/** The person's own programs, which have the terminal while they run. */
export interface TerminalPrograms {
  /** Shows a text in the pager. @throws NotFoundError if there is no such program */
  page(text: string): Promise<void>;
  /** Shows a file in the pager. @throws NotFoundError if the file or the program isn't there */
  view(file: string): Promise<void>;
  /** Opens a file in the editor. @throws NotFoundError if the file or the program isn't there */
  edit(file: string): Promise<void>;
}
