import { App, Button, DatePicker, Form, Input, InputNumber, Modal, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useNavigate } from "react-router";
import { plantNow } from "../api/clock.ts";
import { useOffers, usePlaceOrder } from "../api/queries.ts";
import type { NewOrder } from "../api/types.ts";
import { useFormats } from "../hooks/plant.tsx";
import { useWords } from "../i18n/index.tsx";
import { toRfc3339 } from "../util/brand.ts";
import { instantOf, wallAt } from "../util/zone.ts";
import { ErrorNotice } from "../ui/notices.tsx";
import { orderPath } from "./work-line.tsx";

interface Fields {
  readonly offer: string;
  readonly quantity: number;
  readonly due?: Dayjs | null;
  readonly id?: string;
  readonly customer?: string;
  readonly weight?: number | null;
}

/** What the form says as the API takes it; a date picked is the plant's wall clock, wherever the browser is. */
export function newOrderOf(fields: Fields, zone: string): NewOrder {
  const { due } = fields;
  const wall = due && {
    year: due.year(), month: due.month() + 1, day: due.date(), hour: due.hour(), minute: due.minute(),
  };
  return {
    offer: fields.offer,
    quantity: fields.quantity,
    ...(wall ? { due: toRfc3339(instantOf(wall, zone)) } : {}),
    ...(fields.id?.trim() ? { id: fields.id.trim() } : {}),
    ...(fields.customer?.trim() ? { customer: fields.customer.trim() } : {}),
    ...(fields.weight ? { weight: fields.weight } : {}),
  };
}

export function NewOrderDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t, title } = useWords();
  const formats = useFormats();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const offers = useOffers(open);
  const place = usePlaceOrder();
  const [form] = Form.useForm<Fields>();
  const close = () => {
    place.reset();
    form.resetFields();
    onClose();
  };
  const submit = (fields: Fields) =>
    place.mutate(newOrderOf(fields, formats.zone), {
      onSuccess: (order) => {
        close();
        void message.success({
          duration: 6,
          content: (
            <>
              {t("new.placed", { order: order.id })}{" "}
              <Button type="link" size="small" onClick={() => void navigate(orderPath(order.id))}>{t("new.open")}</Button>
            </>
          ),
        });
      },
    });
  const now = wallAt(plantNow(), formats.zone);
  return (
    <Modal
      open={open}
      title={t("new.title")}
      okText={t("new.place")}
      onCancel={close}
      onOk={() => form.submit()}
      confirmLoading={place.isPending}
      width={560}
      destroyOnHidden
    >
      <Form<Fields> form={form} layout="vertical" requiredMark="optional" initialValues={{ quantity: 1 }} onFinish={submit}>
        <div className="form-grid">
          <Form.Item name="offer" label={t("new.offer")} rules={[{ required: true, message: t("new.offer.need") }]} className="wide">
            <Select
              loading={offers.isPending}
              showSearch={{ optionFilterProp: "label" }}
              options={(offers.data ?? []).map((offer) => ({ value: offer.id, label: title(offer.title), operations: offer.operations }))}
              optionRender={({ label, data }) => (
                <span className="spread">{label} <span className="faint">{t("new.operations", { n: data.operations })}</span></span>
              )}
            />
          </Form.Item>
          <Form.Item name="quantity" label={t("new.quantity")} rules={[{ required: true, type: "integer", min: 1, message: t("new.quantity.need") }]}>
            <InputNumber min={1} precision={0} suffix={t("unit.pieces", { n: 2 })} style={{ width: "100%" }} />
          </Form.Item>
          <Form.Item name="due" label={t("new.due")} extra={t("new.due.help", { zone: formats.zone })}>
            <DatePicker
              showTime={{ format: "HH:mm", minuteStep: 15 }}
              format="YYYY-MM-DD HH:mm"
              style={{ width: "100%" }}
              needConfirm={false}
              defaultPickerValue={dayjs(new Date(now.year, now.month - 1, now.day, now.hour, now.minute))}
            />
          </Form.Item>
          <Form.Item name="id" label={t("new.id")} extra={t("new.id.help")}><Input maxLength={80} /></Form.Item>
          <Form.Item name="customer" label={t("new.customer")}><Input maxLength={120} /></Form.Item>
          <Form.Item name="weight" label={t("new.weight")} extra={t("new.weight.help")} className="wide">
            <InputNumber min={1} precision={0} placeholder="1" style={{ width: 120 }} />
          </Form.Item>
        </div>
      </Form>
      {offers.error && <ErrorNotice error={offers.error} title={t("error.load")} retry={() => void offers.refetch()} />}
      {place.error && <ErrorNotice error={place.error} />}
    </Modal>
  );
}
