//! Reading back small files that are made here, by hand: what they say is seen, and each way of
//! breaking them is too.

mod broken;
mod docx;
mod hostile;
mod inspector;
mod lint;
mod make_docx;
mod make_pdf;
mod pdf;
mod remembered;
